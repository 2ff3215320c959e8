/**
 * The child of a trial: a host with one plugin, from load to fini, which says what it is about to do.
 *
 * A debugger runs it by hand: `node child.js PLUGIN [CONFIG]`, with the configuration as JSON. It then says
 * its steps on stderr.
 */
import { readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { deserialize } from 'node:v8';
import { addon } from '../../addon.js';
import { MortiseError } from '../../errors.js';
import { Host } from '../../host.js';
import {
  type Errand,
  type Message,
  outputMarker,
  reportDescriptor,
  type Step,
  tokenVariable,
} from './protocol.js';
import { runningThreads, threadsSince } from './threads.js';

const token = process.env[tokenVariable];
try {
  await attempt(token === undefined ? byHand() : (deserialize(readFileSync(0)) as Errand));
} catch (error) {
  const { problems } = error instanceof MortiseError ? error : {};
  tell({ broken: problems ? { problems } : String((error as Error)?.stack ?? error) });
}
// What the plugin left running would keep the process alive.
process.exit();

async function attempt({ path, config, privateDirectory }: Errand): Promise<void> {
  announceEntries();
  const before = await runningThreads();
  if (token !== undefined) for (const stream of [1, 2]) writeSync(stream, outputMarker(token));
  enter('load');
  const host = await Host.open({
    plugins: [{ name: path, config }],
    privateDirectory,
    signals: false,
    log: () => {},
  });
  const [plugin] = host.plugins;
  if (plugin?.error) tell({ problems: [...plugin.error.problems] });
  tell({ warnings: plugin?.checks.filter(({ id }) => id === 'config') ?? [] });
  if (plugin?.state === 'ready') enter('fini');
  await host.close();
  tell({ threads: await threadsSince(before) });
  enter('exit');
}

/** The host tells nobody between two entry points; this process has only one plugin to confuse them with. */
function announceEntries(): void {
  const native = addon();
  const { createPlugin, registerPlugin, initPlugin } = native;
  native.createPlugin = (host, options) => {
    tell({
      entries: (['register', 'init', 'fini'] as const).filter((entry) => options[entry] !== undefined),
    });
    return createPlugin(host, options);
  };
  native.registerPlugin = (plugin) => {
    enter('register');
    return registerPlugin(plugin);
  };
  native.initPlugin = (plugin) => {
    enter('init');
    return initPlugin(plugin);
  };
}

function enter(step: Step): void {
  tell({ step });
}

/** Synchronous: after the next instruction this process may be gone. */
function tell(message: Message): void {
  const text = JSON.stringify(message);
  if (token === undefined) writeSync(2, `${text}\n`);
  else writeSync(reportDescriptor, `${token} ${text}\n`);
}

function byHand(): Errand {
  const [path = '', config = '{}'] = process.argv.slice(2);
  return { path: resolve(path), config: JSON.parse(config), privateDirectory: tmpdir() };
}
