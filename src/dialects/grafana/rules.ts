/** How a plugin of Grafana's is read, checked and started. */
import { readGoBuild } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { failed, ok } from '../../loader/checks/result.js';
import type { Check, DialectRules } from '../../loader/record.js';
import { checkExecutableBit, identityOf } from '../goplugin/rules.js';
import { RunningProgram } from '../goplugin/running.js';
import { start } from '../goplugin/start.js';
import { environmentOf } from './environment.js';
import { sdkOf } from './sdk.js';
import { settingsOf } from './settings.js';
import { GrafanaSource } from './source.js';

export const identify: DialectRules['identify'] = (source) => {
  const build = readGoBuild(source);
  return build ? { identity: identityOf(build, sdkOf(build)), problems: [] } : { problems: [] };
};

const checkSettings: Check = ({ path, config }) => {
  if (!config) return [];
  const { problems } = settingsOf(config, path);
  return problems.length === 0
    ? [ok('config', 'its settings are valid')]
    : problems.map((one) => failed('config', one));
};

export const checks = [checkExecutableBit, checkSettings];

/** What the programs look for, and the versions of their protocol that this host speaks. */
const cookie = { grafana_plugin_type: 'datasource' };
const versions = [2];

export const bind: DialectRules['bind'] = async (plugin, options) => {
  const { settings, problems } = settingsOf(options.config, plugin.path, options.grafanaVersion);
  if (!settings) throw new MortiseError(problems as [Problem, ...Problem[]]);
  const { name, version } = plugin.identity;
  const { env, hostEnv } = environmentOf(settings, version);
  const kept = await start(plugin, { ...settings.program, cookie, versions, env, hostEnv }, options);
  const querying = new GrafanaSource(kept, { id: name, version, grafana: settings.grafana });
  return new RunningProgram(kept, options.step, { querying });
};
