/** What is left when a host ends, and how a killed one's programs and sockets go. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { parentDeath } from '../../../src/dialects/goplugin/parent-death.js';
import { baseDirectory } from '../../../src/dialects/goplugin/socket-directory.js';
import { startTime } from '../../../src/dialects/goplugin/start-time.js';
import { sweep } from '../../../src/dialects/goplugin/sweep.js';
import { describeWith, example, workDirectory } from './programs.js';

const work = workDirectory();
const entry = pathToFileURL('dist/dialects/goplugin/index.js').href;
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

function node(code: string): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

const line = (child: ChildProcess) =>
  new Promise<string>((resolve) => child.stdout?.once('data', (data) => resolve(String(data).trim())));

async function endsWithin(pid: number, limitMs: number): Promise<boolean> {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if ((await startTime(pid)) === undefined) return true;
    await sleep(20);
  }
  return false;
}

describeWith('key-value', 'a host', (path) => {
  const host = (directory: string, then: string) =>
    node(`import { launch } from ${JSON.stringify(entry)};
      const program = await launch(${JSON.stringify({ path, ...example, socketDirectory: directory })});
      console.log(program.pid);
      ${then}`);
  const directory = () => mkdtempSync(join(work, 'h'));

  it('that exits takes its programs and their sockets along', async () => {
    const place = directory();
    const child = host(place, 'process.stdin.once("data", () => process.exit(0))');
    const pid = Number(await line(child));
    expect(readdirSync(baseDirectory(place))).toHaveLength(1);
    const ended = once(child, 'exit');
    child.stdin?.write('x');
    await ended;
    expect(await endsWithin(pid, 3000)).toBe(true);
    expect(readdirSync(baseDirectory(place))).toEqual([]);
  });

  it('that is killed leaves sockets, which the next one sweeps', async (context) => {
    if ((await parentDeath()).length === 0) context.skip('setpriv is missing');
    const place = directory();
    const child = host(place, '');
    const pid = Number(await line(child));
    await sleep(100); // the program's name is written after its start
    child.kill('SIGKILL');
    expect(await endsWithin(pid, 3000)).toBe(true);
    expect(readdirSync(baseDirectory(place))).toHaveLength(1);
    await sweep(baseDirectory(place));
    expect(readdirSync(baseDirectory(place))).toEqual([]);
  });
});

/** A process that sleeps, as what a killed host left, and the directory of its sockets. */
async function leftovers(name: { program?: string; host?: { pid: number; started: string } }) {
  const child = node('console.log("up"); setInterval(() => {}, 1000)');
  await line(child);
  const pid = child.pid as number;
  const started = (await startTime(pid)) as string;
  const base = baseDirectory(mkdtempSync(join(work, 'l')));
  mkdirSync(join(base, 'p1'));
  const owner = {
    host: name.host ?? { pid: 2 ** 22 + 1, started: '1' },
    program: { pid, started: name.program ?? started },
  };
  writeFileSync(join(base, 'p1', 'owner.json'), JSON.stringify(owner));
  return { base, pid };
}

it.skipIf(process.platform === 'win32')('a program that a killed host left is ended', async () => {
  const { base, pid } = await leftovers({});
  expect((await sweep(base)).map((one) => one.pid)).toEqual([pid]);
  expect(await endsWithin(pid, 3000)).toBe(true);
  expect(readdirSync(base)).toEqual([]);
});

it.skipIf(process.platform === 'win32')(
  'a process that has its pid, and started at another time, is not',
  async () => {
    const { base, pid } = await leftovers({ program: '12' });
    expect(await sweep(base)).toEqual([]);
    expect(await endsWithin(pid, 200)).toBe(false);
    expect(readdirSync(base)).toEqual([]);
  },
);

it.skipIf(process.platform === 'win32')('what belongs to a host that lives stays', async () => {
  const own = { pid: process.pid, started: (await startTime(process.pid)) as string };
  const { base, pid } = await leftovers({ host: own });
  writeFileSync(join(base, 'p1', 'plugin1'), '');
  mkdirSync(join(base, 'p2')); // being made
  mkdirSync(join(base, 'p3'));
  writeFileSync(join(base, 'p3', 'owner.json'), '{broken');
  expect(await sweep(base)).toEqual([]);
  expect(await endsWithin(pid, 100)).toBe(false);
  expect(readdirSync(base)).toEqual(['p1', 'p2', 'p3']);
});

it('without its packages it says what to install', async () => {
  const hook = `export async function resolve(name, context, next) {
    if (name === '@grpc/grpc-js') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  }`;
  const child = node(`import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    const { launch } = await import(${JSON.stringify(entry)});
    const error = await launch({ path: process.execPath, cookie: { A: 'b' } }).catch((reason) => reason);
    console.log(JSON.stringify(error));`);
  expect(JSON.parse(await line(child))).toMatchObject({
    ...{ code: 'MORTISE_ERR_PEER_MISSING', subject: '@grpc/grpc-js' },
    remedy: 'Run npm install @grpc/grpc-js@1 @bufbuild/protobuf@2.',
  });
});
