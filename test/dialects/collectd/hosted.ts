/** A collectd.conf in a process of its own: a host of mortise's, or the real daemon. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { daemon, pluginDir, typesDb } from './parts.js';

const root = resolve(import.meta.dirname, '../../..');

let number = 0;

/**
 * A configuration in a folder of its own.
 * @param lines `$FOLDER` stands for that folder
 */
export function writeConf(work: string, lines: string): { file: string; folder: string } {
  const folder = join(work, String(number++));
  mkdirSync(folder);
  const file = join(folder, 'collectd.conf');
  writeFileSync(
    file,
    `Hostname "side"
FQDNLookup false
Interval 0.5
BaseDir "${folder}"
PIDFile "${folder}/pid"
PluginDir "${pluginDir}"
TypesDB "${typesDb}"
${lines.replaceAll('$FOLDER', folder)}
`,
  );
  return { file, folder };
}

/** Closes its host when it gets SIGTERM, and prints the plugins that aren't ready. */
const script = `
import { Host } from ${JSON.stringify(join(root, 'dist/mortise.js'))};
const alive = setInterval(() => {}, 1000);
const host = await Host.open({ config: process.argv[1] });
process.once('SIGTERM', async () => {
  const failed = [...host.plugins].filter(({ state }) => state !== 'ready').map(({ name }) => name);
  await host.close();
  process.stdout.write(JSON.stringify(failed));
  clearInterval(alive);
});
process.send('open');
`;

export interface Ended {
  out: string;
  error: string;
  code: number | null;
  signal: string | null;
}

export class Running {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;

  constructor(child: ChildProcess) {
    this.#child = child;
    let [out, error] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      error += chunk;
    });
    this.#ended = once(child, 'close').then(([code, signal]) => ({ out, error, code, signal }));
  }

  /** SIGTERM, and what it printed. */
  async stop(): Promise<Ended> {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    const ended = await this.#ended;
    clearTimeout(late);
    return ended;
  }
}

/** Once its plugins are started. */
export async function startHost(file: string, env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  });
  const running = new Running(child);
  await Promise.race([once(child, 'message'), once(child, 'exit')]);
  return running;
}

export function startDaemon(file: string): Running {
  return new Running(spawn(daemon, ['-f', '-B', '-C', file], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Asks again and again, at most 15 s. */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < 15_000; waited += 50) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(50);
  }
  throw new Error(`within 15 s it did not come about: ${ask}`);
}
