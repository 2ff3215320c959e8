/**
 * Links a loaded file of MariaDB plugins to the services, sets its variables, and starts its plugins. What
 * fails is rolled back: after a failure nothing of the file is called any more.
 */
import { basename } from 'node:path';
import { pluginStopped } from '../../capabilities/closed.js';
import { MortiseError, type Problem } from '../../errors.js';
import type { BindOptions, Validated } from '../../loader/record.js';
import type { Running } from '../../loader/running.js';
import { addon } from '../../native/addon.js';
import type { Library } from '../../native/library.js';
import { mariadbAddon, type NativeDeclaration, type NativeLibrary } from '../../native/mariadb.js';
import { numberOf, server, symbols, words } from './layout.js';
import { sorted } from './messages.js';
import { offersOf } from './offers.js';
import { Turns } from './turns.js';
import { assign } from './variables.js';

/** How long what runs on threads of its own may take to end. */
const patienceMs = 5_000;

/** @throws MortiseError MORTISE_ERR_LOAD_FAILED, _CONFIG_KEY, _CONFIG_TYPE, _CONFIG_VALUE, _SERVICE_*, _INIT_FAILED */
export function bind(plugin: Validated, { host, config, load, loaded, step }: BindOptions): Running {
  const { identity, path } = plugin;
  const library = load();
  // It keeps the cells and has the log; MariaDB's plugins have none of its entry points.
  const base = addon().createPlugin(host, { name: identity.name, path, config: {} });
  let native: NativeLibrary | undefined;
  let isStopped = false;
  /** Announced only when something runs. */
  let ending: string | undefined;
  const stop = () => {
    if (!isStopped && ending !== undefined) step({ name: 'fini', entry: ending });
    isStopped = true;
    const left = native ? settle(native) : 0;
    if (left > 0) {
      addon().abandonPlugin(base, stuck(identity.name, left));
      return false;
    }
    if (native) mariadbAddon().mariadbStop(native);
    return addon().stopPlugin(base, 0);
  };
  const endings = new Set<(error: MortiseError) => void>();
  /** What waits for packets gets none any more; how much doesn't end all the same. */
  const settle = (native: NativeLibrary): number => {
    for (const end of [...endings]) end(pluginStopped(identity.name));
    endings.clear();
    mariadbAddon().mariadbHangUp(native);
    const until = Date.now() + patienceMs;
    let running = mariadbAddon().mariadbRunning(native);
    // Their threads need no event loop to end.
    for (; running > 0 && Date.now() < until; running = mariadbAddon().mariadbRunning(native)) pause(5);
    return running;
  };
  try {
    step({ name: 'link' });
    native = mariadbAddon().mariadbOpen(base, library.address(symbols.declarations));
    linkServices(plugin, library, native);
    const declarations = mariadbAddon().mariadbDeclarations(native);
    const { assignments, problems } = assign(declarations, config, identity.name);
    const [first, ...rest] = problems;
    if (first) throw new MortiseError([first, ...rest]);
    for (const { address, value } of assignments) mariadbAddon().mariadbAssign(native, address, value);
    loaded();
    const names = declarations.map(({ name }) => name).join(', ');
    step({ name: 'init', entry: `${words.steps.init} of ${names}` });
    for (const [index, declaration] of declarations.entries()) start(plugin, native, declaration, index);
    ending = `${words.steps.fini} of ${names}`;
    const linked = new Set(identity.requires.map(({ name }) => name));
    const started = native;
    const alive = () => {
      if (isStopped) throw pluginStopped(identity.name);
    };
    return {
      offers: offersOf({
        name: identity.name,
        library: started,
        declarations,
        linked,
        alive,
        endings,
        turns: new Turns(identity.name, endings),
      }),
      warnings: [],
      // Its services are MariaDB's own, and it has no tasks: nothing of it is held by others.
      retire: () => [],
      settle: () => 0,
      abandon: (problem) => addon().abandonPlugin(base, problem),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Blocks the thread: there is nothing to await where a process ends. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function stuck(name: string, left: number): Problem {
  return {
    code: 'MORTISE_ERR_TASK_STUCK',
    message: `${left} calls of ${name} don't end`,
    subject: name,
    expected: 'that they end when they get no packets and no rows any more',
    found: `${left} that still run`,
    remedy: 'Nothing of the plugin is called any more; what it holds stays until the process ends.',
  };
}

/** Puts the services' tables where the file holds their versions. */
function linkServices({ identity, path }: Validated, library: Library, native: NativeLibrary): void {
  for (const { name, major, minor, cell } of identity.requires) {
    const version = numberOf({ major, minor });
    const linked = mariadbAddon().mariadbLink(native, library.address(cell as string), name, version);
    if (linked === 'linked') continue;
    const common = { subject: path, where: cell };
    if (linked === 'absent') {
      throw new MortiseError({
        ...common,
        code: 'MORTISE_ERR_SERVICE_UNKNOWN',
        message: `needs ${name} ${major}.${minor}, which this process cannot give`,
        expected: 'a Node.js that exports OpenSSL’s functions',
        found: 'one that does not',
        remedy: 'Run it under an official build of Node.js.',
      });
    }
    throw new MortiseError({
      ...common,
      code: 'MORTISE_ERR_SERVICE_CELL',
      message: `${cell} does not hold the version that the file says`,
      expected: `0x${version.toString(16).padStart(4, '0')}`,
      found: 'something else: another host in this process filled it, or the plugin wrote to it',
      remedy: 'Load the plugin with one host.',
    });
  }
}

function start(
  { path }: Validated,
  native: NativeLibrary,
  { name, variables }: NativeDeclaration,
  index: number,
): void {
  const { status, messages } = mariadbAddon().mariadbInit(native, index);
  if (status === 0) return;
  const keys = variables.map((variable) => variable.name).join(', ');
  const { reasons, notes } = sorted(messages);
  const problems = reasons.map((text) => refusal(name, path, status, text, keys));
  const silent = [`${name}'s init returned ${status} and gave no reason`, ...notes].join('; ');
  const [first = { ...refusal(name, path, status), message: silent }, ...rest] = problems;
  throw new MortiseError([first, ...rest]);
}

function refusal(name: string, path: string, status: number, text = '', keys = ''): Problem {
  return {
    code: 'MORTISE_ERR_INIT_FAILED',
    message: text,
    subject: name,
    where: `${words.steps.init} of ${basename(path)}`,
    expected: '0',
    found: String(status),
    remedy: text
      ? `Do what the message asks for; it is ${name}'s own.${keys && ` The keys of its config are ${keys}.`}`
      : `See the documentation of ${name} in ${server}.`,
  };
}
