/**
 * Links a loaded component to the services of its host, and starts it. What fails is rolled back: after a failure
 * nothing of the file is called any more.
 */
import { basename } from 'node:path';
import { pluginStopped } from '../../capabilities/closed.js';
import type { ConfigTable } from '../../config/value.js';
import { MortiseError, type Problem } from '../../errors.js';
import type { BindOptions, Validated } from '../../loader/record.js';
import type { Running } from '../../loader/running.js';
import { nearest } from '../../messages/nearest.js';
import { addon, type NativePlugin } from '../../native/addon.js';
import type { Library } from '../../native/library.js';
import { mysqlAddon, type NativeComponent } from '../../native/mysql.js';
import { functionsOf } from './functions.js';
import { entry, words } from './layout.js';

type Settings = Parameters<ReturnType<typeof mysqlAddon>['mysqlOpen']>[2];

/** @throws MortiseError MORTISE_ERR_LOAD_FAILED, _CONFIG_KEY, _CONFIG_TYPE, _CONFIG_VALUE, _SERVICE_UNKNOWN, _COMPONENT_HOSTS, _INIT_FAILED */
export function bind(plugin: Validated, { host, config, load, loaded, step }: BindOptions): Running {
  const { identity, path } = plugin;
  const settings = settingsOf(identity.name, config);
  const library = load();
  // It keeps what is linked and has the log; a component has none of its entry points.
  const base = addon().createPlugin(host, { name: identity.name, path, config: {} });
  let native: NativeComponent | undefined;
  let isStopped = false;
  /** Announced only when something runs. */
  let ending: string | undefined;
  const stop = () => {
    if (!isStopped && ending !== undefined) step({ name: 'fini', entry: ending });
    isStopped = true;
    if (native) mysqlAddon().mysqlStop(native);
    return addon().stopPlugin(base, 0);
  };
  try {
    step({ name: 'link', entry });
    native = opened(plugin, base, library, settings);
    link(plugin, native);
    loaded();
    step({ name: 'init', entry: words.steps.init });
    init(plugin, native, config);
    ending = words.steps.fini;
    const component = native;
    const alive = () => {
      if (isStopped) throw pluginStopped(identity.name);
    };
    const hasFunctions = mysqlAddon().mysqlFunctions(component).length > 0;
    return {
      offers: hasFunctions ? { functions: functionsOf(identity.name, component, alive) } : {},
      warnings: [],
      retire: (always) => (always || isStopped ? [] : mysqlAddon().mysqlUsers(component)),
      settle: () => 0,
      abandon: (problem) => addon().abandonPlugin(base, problem),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

function opened(
  { identity, path }: Validated,
  base: NativePlugin,
  library: Library,
  settings: Settings,
): NativeComponent {
  const native = mysqlAddon().mysqlOpen(base, library.address(entry), settings);
  if (native) return native;
  throw new MortiseError({
    code: 'MORTISE_ERR_COMPONENT_HOSTS',
    message: `${identity.name} is one component too many: 32 hosts of this process have some`,
    subject: path,
    expected: 'at most 32 hosts with components of MySQL at a time',
    found: 'another one',
    remedy: 'Close hosts that are not used any more, or load the components with one host.',
  });
}

/** All that is missing at once. What the file said was checked before; others may have gone since. */
function link({ identity, path }: Validated, native: NativeComponent): void {
  const missing = mysqlAddon().mysqlLink(native);
  if (missing.length === 0) return;
  const [first, ...rest] = missing.map(
    (name): Problem => ({
      code: 'MORTISE_ERR_SERVICE_UNKNOWN',
      message: `${identity.name} cannot have ${name}: nobody provides it, or another provides it under that name`,
      subject: path,
      where: entry,
      expected: name,
      found: 'none that is free',
      remedy: `Load the component that provides ${name} with this host, once.`,
    }),
  );
  throw new MortiseError([first as Problem, ...rest]);
}

function init({ identity, path }: Validated, native: NativeComponent, config: ConfigTable): void {
  const { status, messages, unused, variables } = mysqlAddon().mysqlInit(native);
  const { name } = identity;
  const keys = unused.map((key): Problem => {
    const near = nearest(key, variables);
    return {
      code: 'MORTISE_ERR_CONFIG_KEY',
      message: `${name} has no variable ${key}`,
      subject: name,
      where: `config.${key}`,
      expected: variables.length > 0 ? `one of ${variables.join(', ')}` : 'no keys: it has no variables',
      found: key,
      remedy: near ? `Did you mean ${near}?` : 'Take the key out.',
    };
  });
  if (status === 0 && keys.length === 0) return;
  const reasons = messages.filter(({ severity }) => severity > 1).map(({ text }) => text);
  const failures = (
    reasons.length > 0 ? reasons : [`${name}'s init returned ${status} and gave no reason`]
  ).map(
    (message): Problem => ({
      code: 'MORTISE_ERR_INIT_FAILED',
      message,
      subject: name,
      where: `${words.steps.init} of ${basename(path)}`,
      expected: '0',
      found: String(status),
      remedy:
        Object.keys(config).length > 0
          ? `Do what the message asks for; the keys of its config are ${variables.join(', ') || 'none'}.`
          : 'Do what the message asks for.',
    }),
  );
  const [first, ...rest] = status === 0 ? keys : failures;
  throw new MortiseError([first as Problem, ...rest]);
}

/** A component's variables are booleans, numbers, texts, and lists of names. */
function settingsOf(name: string, config: ConfigTable): Settings {
  const problems: Problem[] = [];
  const settings: Record<string, Settings[string]> = Object.create(null); // a key may be __proto__
  for (const [key, value] of Object.entries(config)) {
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (typeof value === 'string' && value.includes('\0'))
      problems.push({
        code: 'MORTISE_ERR_CONFIG_VALUE',
        message: `${key} must be a text without zeros`,
        subject: name,
        where: `config.${key}`,
        expected: 'a text without zeros: a component reads up to the first',
        found: 'a text with a zero',
        remedy: `Correct ${key} in the plugin's configuration.`,
      });
    else if (isList) settings[key] = value as string[];
    else if (typeof value !== 'object') settings[key] = value as Settings[string];
    else
      problems.push({
        code: 'MORTISE_ERR_CONFIG_TYPE',
        message: `${key} must be a boolean, a number, a text or a list of texts`,
        subject: name,
        where: `config.${key}`,
        expected: 'a boolean, a number, a text or a list of texts',
        found: Array.isArray(value) ? 'another list' : 'a table',
        remedy: `Correct ${key} in the plugin's configuration.`,
      });
  }
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
  return settings;
}
