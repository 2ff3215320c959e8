/** How a go-plugin program is read, checked and started as a plugin of a host. */
import { type GoBuild, readGoBuild } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { failed, ok } from '../../loader/checks/result.js';
import type { Check, DialectRules, Identity } from '../../loader/record.js';
import { libraryOf, nameOf } from './library.js';
import { RunningProgram } from './running.js';
import { settingsOf } from './settings.js';
import { start } from './start.js';

export const identify: DialectRules['identify'] = (source) => {
  const build = readGoBuild(source);
  if (!build) return { problems: [] };
  return { identity: identityOf(build, libraryOf(build)), problems: [] };
};

/** @param library the version of what makes it one of its family: `v1.8.0` */
export function identityOf(build: GoBuild, library: string | undefined): Identity {
  const [version = ''] = build.modules.values();
  return {
    name: nameOf(build),
    version: /^v\d/.test(version) ? version.slice(1) : '0.0.0',
    abi: library?.replace(/^v/, '') ?? '',
    parser: '',
    toolchain: build.go,
    exactToolchain: false,
    requires: [],
    provides: [],
  };
}

/** Of a file on Windows the name decides. */
export const checkExecutableBit: Check = ({ path, mode, dialect }, { platform }) => {
  if (dialect?.carrier !== 'program' || platform === 'win32') return [];
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  if (mode & 0o111) return [ok('executable', octal)];
  return [
    failed('executable', {
      code: 'MORTISE_ERR_PROGRAM_FILE',
      message: 'it has no executable bit',
      subject: path,
      expected: 'a file with the executable bit',
      found: `mode ${octal}`,
      remedy: `Run chmod +x ${path}.`,
    }),
  ];
};

const checkSettings: Check = ({ path, config }) => {
  if (!config) return [];
  const { problems } = settingsOf(config, path);
  return problems.length === 0 ? [ok('config', 'cookie')] : problems.map((one) => failed('config', one));
};

export const checks = [checkExecutableBit, checkSettings];

export const bind: DialectRules['bind'] = async (plugin, options) => {
  const { settings, problems } = settingsOf(options.config, plugin.path);
  if (!settings) throw new MortiseError(problems as [Problem, ...Problem[]]);
  return new RunningProgram(await start(plugin, settings, options), options.step);
};
