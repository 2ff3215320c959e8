/** Programs that are started again. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Kept, keep, type SupervisorEvent } from '../../../src/dialects/goplugin/index.js';
import { baseDirectory } from '../../../src/dialects/goplugin/socket-directory.js';
import { startTime } from '../../../src/dialects/goplugin/start-time.js';
import { describeWith, example, servedProgram, workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';
import { StreamerService } from './proto/streamer/streamer_pb.js';

const cwd = workDirectory();
const socketDirectory = join(cwd, 's');
mkdirSync(socketDirectory);
const kept: Kept[] = [];
afterAll(() => Promise.all(kept.map((one) => one.stop(0))));

async function start(options: Parameters<typeof keep>[0]): Promise<Kept> {
  const made = await keep({ cwd, socketDirectory, ...options });
  kept.push(made);
  return made;
}

describeWith('key-value', 'a program in Go', (path) => {
  it('killed again and again, is there again for the next call, and nothing stays behind', async () => {
    const events: SupervisorEvent[] = [];
    const restart = { firstMs: 10, jitter: 0, maxEnds: 1000 };
    const one = await start({ path, ...example, restart, heard: (event) => events.push(event) });
    const kv = one.client(KV);
    await kv.put({ key: 'a', value: Buffer.from('still here') });
    const slow: number[] = [];
    const pids: number[] = [];
    for (let count = 0; count < 5; count++) {
      pids.push(one.program?.pid as number);
      const ended = one.program?.exited.then(() => performance.now());
      const call = kv.get({ key: 'a' }).then(
        () => undefined,
        (error) => ({ error, at: performance.now() }),
      );
      process.kill(pids.at(-1) as number, 'SIGKILL');
      const failed = await call;
      if (failed) {
        expect(failed.error).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: true });
        slow.push(failed.at - ((await ended) as number));
      }
      await ended;
      const { value } = await kv.get({ key: 'a' });
      expect(Buffer.from(value).toString()).toContain('still here');
    }
    expect(one.restarts).toBe(5);
    expect(Math.max(0, ...slow)).toBeLessThan(500); // 20 on a machine that has time
    expect(one.lastEnd?.reason).toContain('was ended by SIGKILL');
    expect(events.filter(({ kind }) => kind === 'ready')).toHaveLength(6);
    await one.stop();
    for (const pid of pids) expect(await startTime(pid)).toBeUndefined();
    expect(readdirSync(baseDirectory(socketDirectory))).toEqual([]);
    await expect(kv.get({ key: 'a' })).rejects.toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED' });
  });
});

it('one that keeps dying is quarantined, with the reason, until it is released', async () => {
  const one = await start({ ...servedProgram('dies'), restart: { firstMs: 5, jitter: 0, maxEnds: 2 } });
  const kv = one.client(KV);
  for (let count = 0; count < 2; count++) {
    await expect(kv.get({ key: 'a' })).rejects.toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED' });
  }
  await expect(kv.get({ key: 'a' })).rejects.toMatchObject({
    ...{ code: 'MORTISE_ERR_QUARANTINED', message: expect.stringContaining('panic: out of cheese') },
  });
  expect(one).toMatchObject({ state: 'quarantined', program: undefined, restarts: 1 });
  one.release();
  await (await one.ready(10_000)).health();
  await one.stop();
  expect(one.state).toBe('stopped');
});

it('streams go to whichever program runs', async () => {
  const one = await start(servedProgram('well'));
  const read = async () => {
    for await (const chunk of one.client(StreamerService).read({})) expect(chunk).toBeDefined();
  };
  await expect(read()).rejects.toMatchObject({ code: 'MORTISE_ERR_CALL_UNIMPLEMENTED' });
  await one.stop();
});
