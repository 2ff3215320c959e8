/**
 * The child of a trial: a host with one plugin, from load to fini, which says what it is about to do.
 *
 * A debugger runs it by hand: `node dist/trial.js PLUGIN [CONFIG [{ host, providers, check }]]`, as JSON. It then says
 * its steps on stderr. With `check` it is a check of `mortise test`.
 */
import { readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { deserialize } from 'node:v8';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { MortiseError } from '../../errors.js';
import { Host } from '../../host/host.js';
import type { HostOptions } from '../../host/options.js';
import { bundleFile } from '../../loader/bundle.js';
import { addon } from '../../native/addon.js';
import type { Plugin } from '../../registry/plugin.js';
import { implementedIn } from '../../services/serve/load.js';
import { routeUntilEnded } from '../hostile/calls.js';
import { runCheck } from '../hostile/checks.js';
import type { Opened, Seat } from '../hostile/seat.js';
import { childFile } from './process.js';
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
  if (!isMainThread) await routeHere(workerData as Given);
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

type Given = Omit<Errand, 'secret'>;

async function attempt(errand: Given): Promise<void> {
  await implementedIn(errand.host.services ?? []);
  const before = await runningThreads();
  if (secret !== undefined) for (const stream of [1, 2]) writeSync(stream, outputMarker(secret));
  enter('load');
  if (errand.check !== undefined) {
    const outcome = await runCheck(errand.check, seatOf(errand, before));
    tell('problems' in outcome ? { problems: [...outcome.problems] } : outcome);
  } else {
    const { host, plugin } = await open(errand);
    if (plugin?.error) tell({ problems: [...plugin.error.problems] });
    tell({ warnings: plugin?.checks.filter(({ id }) => id === 'config') ?? [] });
    await host.close();
  }
  tell({ threads: await threadsSince(before) });
  enter('exit');
}

async function open(
  errand: Given,
  config = errand.config,
  more: Partial<HostOptions> = {},
): Promise<{ host: Host; plugin: Plugin | undefined }> {
  const { path, host: given, providers, privateDirectory } = errand;
  const { services = [], dialect, ...options } = given;
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
    services: await implementedIn(services),
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
    ...more,
  });
  // One whose file is missing has no path.
  const plugin = directory === undefined ? [...host.plugins].at(-1) : [...host.plugins].find(isTried);
  return { host, plugin };
}

/** Of a check: its hosts, and what it hears at the addon's seam. */
function seatOf(errand: Given, before: Set<string> | null): Seat {
  const native = addon();
  const { initPlugin, linkCell } = native;
  let asked: string[] = [];
  native.initPlugin = (plugin) => {
    const outcome = initPlugin(plugin);
    asked = outcome.asked;
    return outcome;
  };
  return {
    config: errand.config,
    async open(config, more): Promise<Opened> {
      const { host, plugin } = await open(errand, config, more);
      if (!plugin) throw new Error(`the host has no plugin of ${errand.path}`);
      return { host, plugin, problems: plugin.error?.problems ?? [] };
    },
    doing: (what, call) => tell({ doing: what, call }),
    asked: () => asked,
    withhold() {
      const names = new Set<string>();
      native.linkCell = (plugin, place, name, version, optional, signature) => {
        if (optional) names.add(name);
        const sought = optional ? `${name} withheld` : name;
        return linkCell(plugin, place, sought, version, optional, signature);
      };
      return names;
    },
    threads: async () => (await threadsSince(before)) ?? [],
    routeInWorker: () =>
      new Promise((done, fail) => {
        const worker = new Worker(childFile, { workerData: errand });
        worker.once('message', () => done(worker));
        worker.once('error', fail);
      }),
  };
}

/** The worker's part. */
async function routeHere(errand: Given): Promise<never> {
  const { host } = await open(errand);
  return routeUntilEnded(host, () => parentPort?.postMessage('routes'));
}

function enter(step: Step, entry?: string): void {
  tell({ step, entry });
}

/** Synchronous: after the next instruction this process may be gone. A worker's steps are not the check's. */
function tell(message: Message): void {
  if (!isMainThread) return;
  const text = JSON.stringify(message);
  if (secret === undefined) writeSync(2, `${text}\n`);
  else writeSync(reportDescriptor, `${secret} ${text}\n`);
}

function byHand(): Given {
  const [path = '', config = '{}', others = '{}'] = process.argv.slice(2);
  const { host = {}, providers = [], check } = JSON.parse(others) as Partial<Errand>;
  return {
    path: resolve(path),
    config: JSON.parse(config),
    host,
    providers,
    check,
    privateDirectory: tmpdir(),
  };
}
