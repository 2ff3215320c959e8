/** What the host serves to its programs: streams in both directions, and callers that leave, fail or ask for too much. */
import { once } from 'node:events';
import { connect } from 'node:http2';
import { connect as openSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { type Caller, makeClient } from '../../../src/dialects/goplugin/client.js';
import { Failure, served, status } from '../../../src/dialects/goplugin/index.js';
import { handlersOf } from '../../../src/dialects/goplugin/serve.js';
import type { Implementation } from '../../../src/dialects/goplugin/served.js';
import { grpc } from '../../../src/dialects/goplugin/transport/grpc.js';
import { workDirectory } from './programs.js';
import { KV } from './proto/kv/kv_pb.js';
import { StreamerService } from './proto/streamer/streamer_pb.js';

const root = workDirectory();
const open: { close(): void }[] = [];
let count = 0;

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function serving(...services: Parameters<typeof handlersOf>[0][]): Promise<string> {
  const path = join(root, `s${++count}`);
  const limits = { maxMessageBytes: 100_000 };
  open.push(await grpc.serve({ network: 'unix', path }, services.flatMap(handlersOf), undefined, limits));
  return path;
}

async function clientOf(implementation: Implementation<typeof StreamerService>) {
  const path = await serving(served(StreamerService, implementation));
  const channel = grpc.connect({ network: 'unix', path }, undefined, { maxMessageBytes: 100_000 });
  open.push(channel);
  const explain: Caller['explain'] = async (failure) => failure;
  const caller: Caller = { channel, callMs: 10_000, metadata: undefined, begin() {}, end() {}, explain };
  return makeClient(StreamerService, caller);
}

it('a stream of answers comes in order, and to its end', async () => {
  const client = await clientOf({
    async *read() {
      for (let part = 0; part < 100; part++) yield { readBytes: Buffer.from(String(part)) };
    },
  });
  const parts: string[] = [];
  for await (const { readBytes } of client.read({})) parts.push(Buffer.from(readBytes).toString());
  expect(parts).toEqual(Array.from({ length: 100 }, (_, part) => String(part)));
});

it('a stream that nobody reads stands still, and ends when its caller leaves', async () => {
  let made = 0;
  let over = false;
  const client = await clientOf({
    async *read(_, { signal }) {
      try {
        for (; ; made++) yield { readBytes: Buffer.alloc(50_000) };
      } finally {
        over = signal.aborted;
      }
    },
  });
  for await (const _ of client.read({})) {
    let before = -1;
    // Until the connection takes no more.
    while (before !== made) {
      before = made;
      await sleep(100);
    }
    break;
  }
  expect(made).toBeLessThan(1000);
  await vi.waitFor(() => expect(over).toBe(true), { timeout: 10_000 });
});

it('a stream fails with what its answer threw, after what it gave', async () => {
  const client = await clientOf({
    async *read() {
      yield { readBytes: Buffer.from('one') };
      throw new Failure(status.notFound, 'no more');
    },
  });
  const parts: string[] = [];
  const all = (async () => {
    for await (const { readBytes } of client.read({})) parts.push(Buffer.from(readBytes).toString());
  })();
  await expect(all).rejects.toMatchObject({ status: status.notFound, detail: 'no more' });
  expect(parts).toEqual(['one']);
});

it('a stream of requests has one answer, and what isn’t served is said so', async () => {
  let text = '';
  const client = await clientOf({
    async write(requests) {
      for await (const { bytesToWrite } of requests) text += Buffer.from(bytesToWrite);
      return {};
    },
  });
  await client.write([{ bytesToWrite: Buffer.from('a') }, { bytesToWrite: Buffer.from('b') }]);
  expect(text).toBe('ab');
  await expect(client.configure({})).rejects.toMatchObject({ status: status.unimplemented });
  await expect(client.write([{ bytesToWrite: Buffer.alloc(200_000) }])).rejects.toMatchObject({
    status: status.resourceExhausted,
  });
});

it('a program that calls without end has a thousand calls at once, and resets take nothing down', async () => {
  let running = 0;
  const path = await serving(
    served(KV, {
      get: (_, { signal }) => {
        running += 1;
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            running -= 1;
            reject(new Error('gone'));
          }),
        );
      },
    }),
  );
  const session = connect('http://localhost', { createConnection: () => openSocket(path) });
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(1000);
  const headers = {
    ':method': 'POST',
    ':path': '/proto.KV/Get',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  const calls = Array.from({ length: 3000 }, () => {
    const call = session.request(headers);
    call.on('error', () => {});
    call.end(Buffer.alloc(5));
    return call;
  });
  await vi.waitFor(() => expect(running).toBe(1000), { timeout: 20_000 });
  for (const call of calls) call.close(8);
  await vi.waitFor(() => expect(running).toBe(0), { timeout: 20_000 });
  session.destroy();
});
