/** npm run stress -- router, for some seconds. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { titled } from '../../rust/cargo.js';
import { loadPg, missing } from './parts.js';

const lacking = [...missing, ...((await loadPg()) ? [] : ['npm’s pg and postgres'])];

function start(minutes: number) {
  const child = spawn(process.execPath, [resolve('scripts/stress.mjs'), 'router', `${minutes}`]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return { child, text: () => text };
}

describe.skipIf(lacking.length > 0)(titled('stress of examples/pg-router', lacking), () => {
  it('does mixed load without an error, and loses no write', async () => {
    const { child, text } = start(0.1);
    const [code] = await once(child, 'close');
    expect([code, text()]).toEqual([0, expect.stringMatching(/^ {2}the tables at the end +1 done$/m)]);
    expect(text()).toMatch(/^ok .* operations and \d+ transactions of pgbench, 0 errors; /m);
  });

  it('leaves no server when it is interrupted', async () => {
    const { child, text } = start(5);
    const servers = () => {
      const all = execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' }).split('\n');
      const of = (parent: number): string[] =>
        all
          .filter((line) => Number(line.trim().split(/\s+/)[1]) === parent)
          .flatMap((line) => [line, ...of(Number.parseInt(line, 10))]);
      return of(child.pid as number).filter((line) => /postgres -D|pg-router\/main/.test(line));
    };
    while (!servers().some((line) => line.includes('pg-router/main')) && child.exitCode === null)
      await new Promise((done) => setTimeout(done, 200));
    const pids = servers().map((line) => Number.parseInt(line, 10));
    expect(pids.length).toBe(5);
    child.kill('SIGINT');
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect([code, text()]).toEqual([130, expect.stringContaining('SIGINT')]);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
