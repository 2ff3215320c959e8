/** Programs that break every rule: each call fails with its code, in time, and the host goes on. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LogLine, launch, type Program } from '../../../src/dialects/goplugin/index.js';
import { example, workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';

const root = workDirectory();
const running: Program[] = [];
afterAll(() => Promise.all(running.map((one) => one.kill())));

async function start(what: string, log?: (line: LogLine) => void): Promise<Program> {
  const args = [resolve('test/dialects/goplugin/hostile.mjs'), what];
  const options = { path: process.execPath, args, ...example, maxMessageBytes: 4_000_000, cwd: root };
  const program = await launch(log ? { ...options, log } : options);
  running.push(program);
  return program;
}

const failed = 'MORTISE_ERR_CALL_FAILED';
const lost = 'MORTISE_ERR_CALL_UNAVAILABLE';
const size = 'MORTISE_ERR_CALL_SIZE';
/** What breaks the connection itself is told by one release of Node.js so, by another otherwise. */
const broken = [failed, lost, 'MORTISE_ERR_CALL_TIMEOUT'];

describe('a call that is answered with', () => {
  let program: Program;
  beforeAll(async () => {
    program = await start('all');
  });

  it.each([
    ['no status', failed],
    ['no trailers', broken],
    ['a page', lost],
    ['a page with 200', size],
    ['an unknown status', failed],
    ['no number', failed],
    ['a bad text', failed],
    ['bad metadata', failed],
    ['large metadata', failed],
    ['huge metadata', broken],
    ['two answers', failed],
    ['answers without end', failed],
    ['no gzip', failed],
    ['an unknown encoding', failed],
    ['a length without bytes', size],
    ['a flood for one message', failed],
    ['no message of protobuf', failed],
    ['a reset', broken],
    ['a refusal', lost],
    ['a cancel', 'MORTISE_ERR_CALL_CANCELED'],
    ['enhance your calm', failed],
    ['goodbye in the middle', broken],
    ['goodbye with an error', broken],
    ['a hang-up', broken],
    ['settings', broken],
  ])('%s fails, and the next one is answered', async (key, code) => {
    const kv = program.client(KV);
    const error = await kv.get({ key }, { timeoutMs: 10_000 }).catch((caught) => caught);
    expect([code].flat()).toContain(error.code);
    expect(error.isCrash).toBe(false);
    expect(Number.isInteger(error.status)).toBe(true);
    // One that lost its connection makes another.
    await vi.waitFor(() => kv.get({ key: 'well' }), { timeout: 20_000 });
    expect(program.exit).toBeUndefined();
  });

  it.each(['silence', 'pings'])('%s ends at its deadline', async (key) => {
    const kv = program.client(KV);
    await expect(kv.get({ key }, { timeoutMs: 300 })).rejects.toMatchObject({ isTimeout: true });
    expect(await kv.get({ key: 'well' })).toBeDefined();
  });

  it('more than it asked for is answered', async () => {
    expect(await program.client(KV).get({ key: 'a push' })).toBeDefined();
  });
});

it.each(['garbage', 'no window'])(
  '%s: a call ends, at its deadline at the latest, and so does it',
  async (key) => {
    const program = await start('all');
    const kv = program.client(KV);
    const ends = (call: Promise<unknown>) =>
      call.then(
        () => 'an answer',
        ({ code }) => code,
      );
    expect(broken).toContain(await ends(kv.get({ key }, { timeoutMs: 500 })));
    const value = Buffer.alloc(200_000);
    expect(broken).toContain(await ends(kv.put({ key: 'x', value }, { timeoutMs: 500 })));
    expect(await program.stop(0)).toMatchObject({ asked: true });
  },
);

it('a message that unpacked is too large is refused before it is unpacked', async () => {
  const program = await start('a bomb');
  const before = process.memoryUsage().rss;
  await expect(program.client(KV).get({ key: 'a bomb' })).rejects.toMatchObject({ code: size });
  expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000); // it has 512 MiB
});

describe('the broker', () => {
  it.each([
    ['thousands of numbers', 3, lost],
    ['long addresses', 2, 'MORTISE_ERR_BROKER'],
    ['strange addresses', 1, 'MORTISE_ERR_BROKER'],
    ['strange addresses', 2, 'MORTISE_ERR_BROKER'],
    ['strange addresses', 3, 'MORTISE_ERR_BROKER'],
    ['strange addresses', 6, 'MORTISE_ERR_BROKER'],
    ['one number again and again', 1, lost],
    ['the end', 1, 'MORTISE_ERR_BROKER'],
  ])('is told %s: number %i leads to an error', async (what, number, code) => {
    const program = await start(what);
    const reached = (async () => (await program.broker.dial(number)).client(KV).get({ key: 'a' }))();
    await expect(reached).rejects.toMatchObject({ code });
    expect(await program.client(KV).get({ key: 'well' })).toBeDefined();
  });
});

it('output without an end of line is cut, and calls go on', async () => {
  const lines: LogLine[] = [];
  const program = await start('a flood of output', (line) => lines.push(line));
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), { timeout: 20_000 });
  expect(lines[0]).toMatchObject({ cut: true });
  expect(lines[0]?.message.length).toBe(64 * 1024);
  expect(await program.client(KV).get({ key: 'well' })).toBeDefined();
});

it('a handshake in pieces is one', async () => {
  const program = await start('a handshake in pieces');
  expect(await program.client(KV).get({ key: 'well' })).toBeDefined();
});
