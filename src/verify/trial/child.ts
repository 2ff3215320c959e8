/**
 * The child of a trial: a host with one plugin, from load to fini, which says what it is about to do.
 *
 * A debugger runs it by hand: `node dist/trial.js PLUGIN [CONFIG [{ host, providers }]]`, as JSON. It then says its
 * steps on stderr.
 */
import { readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { deserialize } from 'node:v8';
import { MortiseError } from '../../errors.js';
import { Host } from '../../host/host.js';
import { bundleFile } from '../../loader/bundle.js';
import type { Plugin } from '../../registry/plugin.js';
import { implementedIn } from '../../services/serve/load.js';
import {
  type Errand,
  type Message,
  outputMarker,
  reportDescriptor,
  type Step,
  tokenVariable,
} from './protocol.js';
import { runningThreads, threadsSince } from './threads.js';

/** Undefined when a debugger runs this. */
let secret: string | undefined;
try {
  const isByHand = process.env[tokenVariable] === undefined;
  if (isByHand) await attempt(byHand());
  else {
    const errand = deserialize(readFileSync(0)) as Errand;
    secret = errand.secret;
    await attempt(errand);
  }
} catch (error) {
  const { problems } = error instanceof MortiseError ? error : {};
  tell({ broken: problems ? { problems } : String((error as Error)?.stack ?? error) });
}
// What the plugin left running would keep the process alive.
process.exit();

async function attempt(errand: Omit<Errand, 'secret'>): Promise<void> {
  const { path, config, host: given, providers, privateDirectory } = errand;
  const { services = [], dialect, ...options } = given;
  const implemented = await implementedIn(services);
  const before = await runningThreads();
  if (secret !== undefined) for (const stream of [1, 2]) writeSync(stream, outputMarker(secret));
  enter('load');
  // Of a bundle the path is its plugin.json, of which the plugin's own is the program.
  const directory = basename(path) === bundleFile ? dirname(path) : undefined;
  const isTried = (plugin: Plugin) =>
    directory === undefined ? plugin.path === path : plugin.bundle?.directory === directory;
  const host = await Host.open({
    ...options,
    plugins: [
      ...providers.map(({ path, config }) => ({ name: path, config })),
      { name: path, config, dialect },
    ],
    services: implemented,
    privateDirectory,
    signals: false,
    announce: false,
    log: () => {},
    // A reader that crashes is not a fault of an entry point's.
    collecting: { start: false },
    onStep(plugin, { name, entry }) {
      if (!isTried(plugin)) return;
      // Of a program the first step is its start.
      if (name === 'load' || name === 'init') tell({ dialect: plugin.dialect });
      if (name !== 'load' && name !== 'link') enter(name, entry);
    },
  });
  // One whose file is missing has no path.
  const plugin = directory === undefined ? [...host.plugins].at(-1) : [...host.plugins].find(isTried);
  if (plugin?.error) tell({ problems: [...plugin.error.problems] });
  tell({ warnings: plugin?.checks.filter(({ id }) => id === 'config') ?? [] });
  await host.close();
  tell({ threads: await threadsSince(before) });
  enter('exit');
}

function enter(step: Step, entry?: string): void {
  tell({ step, entry });
}

/** Synchronous: after the next instruction this process may be gone. */
function tell(message: Message): void {
  const text = JSON.stringify(message);
  if (secret === undefined) writeSync(2, `${text}\n`);
  else writeSync(reportDescriptor, `${secret} ${text}\n`);
}

function byHand(): Omit<Errand, 'secret'> {
  const [path = '', config = '{}', others = '{}'] = process.argv.slice(2);
  const { host = {}, providers = [] } = JSON.parse(others) as Partial<Errand>;
  return { path: resolve(path), config: JSON.parse(config), host, providers, privateDirectory: tmpdir() };
}
