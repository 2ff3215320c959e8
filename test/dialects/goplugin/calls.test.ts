/** Calls of real programs, and how they fail. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CallError,
  type LaunchOptions,
  type LogLine,
  launch,
  type Program,
} from '../../../src/dialects/goplugin/index.js';
import { describeWith, example, servedProgram, workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';
import { Configure_RequestSchema, StreamerService } from './proto/streamer/streamer_pb.js';

const cwd = workDirectory();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const running: Program[] = [];
afterAll(() => Promise.all(running.map((program) => program.kill())));

async function start(options: LaunchOptions): Promise<Program> {
  const program = await launch({ cwd, ...options });
  running.push(program);
  return program;
}

for (const name of ['key-value', 'key-value-1.4.3', 'key-value-1.0.1']) {
  describeWith(name, `go-plugin’s example ${name}`, (path) => {
    for (const tls of [false, true]) {
      it(`puts and gets${tls ? ', under mutual TLS' : ''}`, async () => {
        const program = await start({ path, ...example, tls });
        const kv = program.client(KV);
        await kv.put({ key: 'a', value: Buffer.from('hello') });
        expect(text((await kv.get({ key: 'a' })).value)).toContain('hello\n\nWritten from plugin-go-grpc');
        await program.health();
        expect(await program.stop()).toMatchObject({ code: 0, asked: true });
      });
    }

    it('fails with what the program said', async () => {
      const program = await start({ path, ...example });
      const error = await program
        .client(KV)
        .get({ key: 'none' })
        .catch((reason) => reason);
      expect(error).toBeInstanceOf(CallError);
      expect(error).toMatchObject({
        ...{ code: 'MORTISE_ERR_CALL_FAILED', status: 2, where: '/proto.KV/Get', isCrash: false },
        detail: expect.stringContaining('no such file'),
      });
      await program.stop();
    });

    it('killed in mid-call, the call says so, and so does what comes after', async () => {
      const program = await start({ path, ...example });
      const kv = program.client(KV);
      await kv.put({ key: 'b', value: Buffer.from('x') });
      const calls = Array.from({ length: 32 }, () => kv.get({ key: 'b' }).catch((reason) => reason));
      process.kill(program.pid as number, 'SIGKILL');
      const failed = (await Promise.all(calls)).filter((answer) => answer instanceof Error);
      for (const error of [...failed, await kv.get({ key: 'b' }).catch((reason) => reason)]) {
        expect(error).toMatchObject({
          ...{ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: true, isTimeout: false },
          exit: { signal: 'SIGKILL', asked: false },
        });
      }
    });

    it('stopped by a signal, the call ends at its deadline', async () => {
      const program = await start({ path, ...example });
      process.kill(program.pid as number, 'SIGSTOP');
      await sleep(50); // its threads don't stop at once
      const error = await program
        .client(KV)
        .get({ key: 'a' }, { timeoutMs: 200 })
        .catch((reason) => reason);
      expect(error).toMatchObject({ code: 'MORTISE_ERR_CALL_TIMEOUT', isTimeout: true });
      // It can't answer Shutdown either, and is killed after the grace.
      expect(await program.stop(0)).toMatchObject({ signal: 'SIGKILL', asked: true });
    });
  });
}

describeWith('streaming', 'go-plugin’s streaming example', (path) => {
  it('reads a stream, and leaves one early', async () => {
    const program = await start({ path, ...example });
    const streamer = program.client(StreamerService);
    const file = `${cwd}/stream`;
    writeFileSync(file, 'abcdefghij');
    await streamer.configure(create(Configure_RequestSchema, { path: file, chunkSize: 3n }));
    const chunks: string[] = [];
    for await (const { readBytes } of streamer.read({})) chunks.push(text(readBytes));
    expect(chunks.join('')).toBe('abcdefghij');
    expect(chunks.length).toBeGreaterThan(2);
    for await (const { readBytes } of streamer.read({})) {
      expect(text(readBytes)).toBe('abc');
      break;
    }
    expect(program.inFlight).toBe(0);
    await program.stop();
  });

  it('a stream that isn’t read is held back: nothing of it piles up here', async () => {
    const program = await start({ path, ...example });
    const streamer = program.client(StreamerService);
    const file = `${cwd}/large`;
    const size = 200_000_000;
    writeFileSync(file, '');
    truncateSync(file, size);
    await streamer.configure({ path: file, chunkSize: 16_384n });
    let seen = 0;
    for await (const { readBytes } of streamer.read({})) {
      const isFirst = seen === 0;
      seen += readBytes.length;
      if (!isFirst) continue;
      const before = process.memoryUsage().rss;
      await sleep(1500);
      expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    }
    expect(seen).toBe(size);
    await program.stop();
  });

  it('writes a stream', async () => {
    const program = await start({ path, ...example });
    const streamer = program.client(StreamerService);
    const file = `${cwd}/written`;
    await streamer.configure({ path: file, chunkSize: 3n });
    const parts = ['one ', 'two'].map((part) => ({ bytesToWrite: Buffer.from(part) }));
    // The example never answers, which is what a method that isn't there looks like.
    const error = await streamer.write(parts).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_CALL_UNIMPLEMENTED' });
    expect(readFileSync(file, 'utf8')).toBe('one two');
    await program.stop();
  });

  it('ends with the error of the requests that the caller made', async () => {
    const program = await start({ path, ...example });
    const requests = (async function* () {
      yield { bytesToWrite: Buffer.from('x') };
      throw new Error('my own');
    })();
    await program.client(StreamerService).configure({ path: `${cwd}/partly`, chunkSize: 3n });
    await expect(program.client(StreamerService).write(requests)).rejects.toThrow('my own');
    await program.stop();
  });
});

describe('a program in JavaScript', () => {
  const failing = async (what: string, options: object = {}) => {
    const program = await start({ ...servedProgram(what), ...options });
    const error = await program
      .client(KV)
      .get({ key: 'a' }, { timeoutMs: 5000 })
      .catch((reason) => reason);
    await program.kill();
    return error as CallError;
  };

  it('panics in a call, and lives on', async () => {
    expect(await failing('panics')).toMatchObject({ code: 'MORTISE_ERR_CALL_PANIC', isCrash: false });
  });

  it('sends more than the host takes: both sizes, and whose limit it is', async () => {
    const error = await failing('large', { maxMessageBytes: 1_000_000 });
    expect(error).toMatchObject({
      ...{ code: 'MORTISE_ERR_CALL_SIZE', found: '3000000 bytes' },
      expected: 'at most 1000000 bytes, the host’s limit',
    });
  });

  it('takes less than the host sends', async () => {
    const program = await start({ ...servedProgram('well'), maxMessageBytes: 2_000_000 });
    const value = Buffer.alloc(1_500_000);
    const error = await program
      .client(KV)
      .put({ key: 'a', value })
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_CALL_SIZE' });
    expect(error.expected).toContain('the program’s limit');
    await program.stop();
  });

  it('ends in a panic: its trace is in the exit', async () => {
    const error = await failing('dies');
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: true });
    expect(error.message).toContain('panic: out of cheese');
    expect(error.exit).toMatchObject({ code: 2, panic: expect.stringContaining('main.main()') });
  });

  it('comes after the end, and is not sent', async () => {
    const program = await start(servedProgram('well'));
    const kv = program.client(KV);
    process.kill(program.pid as number, 'SIGKILL');
    await program.exited;
    const error = await kv.get({ key: 'a' }).catch((reason) => reason);
    expect(error).toMatchObject({
      ...{ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: true, found: 'it was ended by SIGKILL' },
      remedy: expect.stringMatching(/^The call was not sent\./),
    });
  });

  it('is of no service', async () => {
    const program = await start(servedProgram('well'));
    for (const wrong of [undefined, null, {}, KV.method.get]) {
      expect(() => program.client(wrong as never)).toThrow(/MORTISE_ERR_PROGRAM_OPTION/);
    }
    await program.stop();
  });

  it('has no such method', async () => {
    const program = await start(servedProgram('well'));
    const error = await program
      .client(StreamerService)
      .configure({})
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_CALL_UNIMPLEMENTED', status: 12 });
    await program.stop();
  });

  it('is cancelled by a signal, before the call or in it', async () => {
    const program = await start(servedProgram('slow'));
    const kv = program.client(KV);
    const before = kv.get({ key: 'a' }, { signal: AbortSignal.abort() });
    await expect(before).rejects.toMatchObject({ code: 'MORTISE_ERR_CALL_CANCELED', isCanceled: true });
    const during = kv.get({ key: 'a' }, { signal: AbortSignal.timeout(50) });
    await expect(during).rejects.toMatchObject({ code: 'MORTISE_ERR_CALL_CANCELED' });
    await program.kill();
  });

  it('answers calls that run when it is stopped, and takes no more', async () => {
    const program = await start(servedProgram('well'));
    const kv = program.client(KV);
    const running = kv.put({ key: 'a' });
    const stopped = program.stop();
    await expect(kv.get({ key: 'a' })).rejects.toMatchObject({
      ...{ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: false },
    });
    await expect(running).resolves.toBeDefined();
    expect(await stopped).toMatchObject({ code: 0, asked: true });
    expect(await program.stop()).toMatchObject({ code: 0 });
  });

  it('doesn’t know how to end, and is killed after the grace', async () => {
    const program = await start(servedProgram('stays'));
    expect(await program.stop()).toMatchObject({ signal: 'SIGKILL', asked: true });
  });

  it('floods both outputs with lines of 100 kB, and still answers', async () => {
    const lines: LogLine[] = [];
    const program = await start({ ...servedProgram('floods'), log: (line) => lines.push(line) });
    const kv = program.client(KV);
    for (let count = 0; count < 50; count++) {
      await kv.get({ key: 'a' });
      await sleep(5);
    }
    expect(lines.filter(({ cut }) => cut).length).toBeGreaterThan(10);
    expect(Math.max(...lines.map(({ message }) => message.length))).toBe(65_536);
    await program.kill();
  });

  it('listens no more, and lives on', async () => {
    const program = await start(servedProgram('deaf'));
    await sleep(400);
    const error = await program
      .client(KV)
      .get({ key: 'a' })
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_CALL_UNAVAILABLE', isCrash: false });
    await program.kill();
  });

  it('keeps its connection when its socket is deleted', async () => {
    const program = await start(servedProgram('unreachable'));
    await sleep(400);
    await program.client(KV).get({ key: 'a' });
    await program.stop();
  });
});

describeWith('key-value', 'the log of a program in Go', (path) => {
  it('comes with its fields', async () => {
    const lines: LogLine[] = [];
    const program = await start({ path, ...example, log: (line) => lines.push(line) });
    await program.stop();
    expect(lines).toContainEqual(
      expect.objectContaining({
        ...{ level: 'debug', message: 'plugin address', stream: 'stderr' },
        fields: expect.objectContaining({ network: 'unix' }),
      }),
    );
  });
});
