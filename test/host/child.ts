/** Runs a script on the built package in a Node.js of its own: how a process ends can't be tested inside it. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../support/plugins/build.js';
import { directory } from './open.js';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** What test/support/plugins/trace.c wrote, without module_register. */
  steps: string[];
  /** What is left of the private copies. */
  left: string[];
}

const dist = pathToFileURL(resolve(import.meta.dirname, '../../dist/index.js')).href;

/** Three plugins of test/support/plugins/trace.c. */
export const three = () =>
  ['one', 'two', 'three'].map((name) => build('trace.c', { define: { NAME: name } }));

/** A life in which each step of the three comes once, and in order. */
export const wholeLife = ['one init', 'two init', 'three init', 'three fini', 'two fini', 'one fini'];

/**
 * @param script the body of a module that has `Host`, `options` (plugins and a private directory), and
 *   `work()`, which starts the worker
 * @param how.worker the body of a worker's module, which has `Host`, `options`, `parentPort` and `workerData`
 * @param how.under a program with arguments that starts Node.js
 * @param how.kill the signal that is sent when the script prints "ready"
 */
export async function run(
  script: string,
  how: { kill?: NodeJS.Signals; plugins?: string[]; worker?: string; under?: string[] } = {},
): Promise<Ended> {
  const { kill, plugins = three(), worker = '', under = [] } = how;
  const root = directory();
  const trace = join(root, 'trace');
  const privateDirectory = directory();
  const common = `
    import { Host } from ${JSON.stringify(dist)};
    import { once } from 'node:events';
    import { parentPort, Worker, workerData } from 'node:worker_threads';
    const options = ${JSON.stringify({ plugins, privateDirectory })};
    const work = (workerData) => new Worker(new URL('./worker.mjs', import.meta.url), { workerData });\n`;
  writeFileSync(join(root, 'main.mjs'), common + script);
  writeFileSync(join(root, 'worker.mjs'), common + worker);
  const [program, ...args] = [...under, process.execPath, join(root, 'main.mjs')];
  const child = spawn(program as string, args, {
    env: { ...process.env, MORTISE_TEST_TRACE: trace, MORTISE_TEST_DIST: dist, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let killed = false;
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (kill && !killed && stdout.includes('ready')) {
      killed = true;
      child.kill(kill);
    }
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done) =>
    child.on('close', (...how) => done(how)),
  );
  const lines = existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : [];
  return {
    code,
    signal,
    stdout,
    stderr,
    steps: lines.filter((line) => !line.endsWith(' register')),
    left: readdirSync(privateDirectory),
  };
}
