/** A plugin that provides data.source: its results through the same host.querying as those of drivers and programs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const numbers = () => open({ plugins: [build('data-source.c')] });
const ask = (rows: unknown) => ({ plugin: 'numbers', queries: [{ json: { rows } }] });

it('answers a query with frames, as they are read', async () => {
  const host = await numbers();
  expect([...host.plugins][0]?.error).toBeUndefined();
  expect(await host.querying.checkHealth({ plugin: 'numbers' })).toMatchObject({
    status: 'ok',
    message: 'it counts',
  });
  const answers = await host.querying.query(ask(100_500));
  let [frames, sum] = [0, 0n];
  for await (const frame of answers.need('A')) {
    frames++;
    for (const number of frame.column('number') as bigint[]) sum += number;
  }
  expect(sum).toBe((100_500n * 100_499n) / 2n);
  expect(frames).toBeGreaterThan(3);
  const none = await host.querying.query(ask(0));
  expect((await none.need('A').joined())?.fields.map(({ name, type }) => [name, type])).toEqual([
    ['number', 'int64'],
  ]);
});

it('answers several queries at once, and several in one request', async () => {
  const host = await numbers();
  const count = async (rows: number) =>
    (await (await host.querying.query(ask(rows))).need('A').joined())?.rowCount;
  expect(await Promise.all([1, 20_000, 3, 40_000, 5, 6].map(count))).toEqual([1, 20_000, 3, 40_000, 5, 6]);
  const queries = Array.from({ length: 6 }, (_, index) => ({ json: { rows: 5_000 + index } }));
  const answers = await host.querying.query({ plugin: 'numbers', queries });
  expect((await answers.need('F').joined())?.rowCount).toBe(5_005);
});

it('says why a query failed: at once, in its middle, and by half a stream', async () => {
  const host = await numbers();
  const answers = await host.querying.query({ plugin: 'numbers', queries: [{ json: {} }] });
  expect(answers.get('A')?.error?.message).toContain('the query names no rows');
  const half = await host.querying.query(ask(-1));
  expect(half.get('A')?.error?.message).toContain('without a whole ArrowArrayStream');
  // In the first batches it is data, later it is thrown.
  const late = await host.querying.query(ask(1_000_013));
  await expect(late.need('A').all()).rejects.toThrow('thirteen is unlucky');
  expect((await host.querying.checkHealth({ plugin: 'numbers' })).status).toBe('ok');
});

it('is stopped after its results: a host that closes ends what is read', async () => {
  const host = await numbers();
  const answers = await host.querying.query(ask(100_000_000));
  const reading = (async () => {
    for await (const _ of answers.need('A')) await sleep(1);
  })().then(
    () => 'read to its end',
    (error: Error & { code: string }) => error.code,
  );
  await sleep(20);
  await host.close();
  expect(await reading).toMatch(/CLOSED/);
  expect([...host.plugins].map(({ state }) => state)).toEqual(['stopped']);
});

it('answers for resources, in pieces', async () => {
  const host = await numbers();
  const ask = (path: string, body?: string) =>
    host.querying.callResource({ plugin: 'numbers', path, method: 'POST', body });
  const read = async (body: AsyncIterable<Uint8Array>) => {
    const pieces: string[] = [];
    for await (const piece of body) pieces.push(Buffer.from(piece).toString());
    return pieces;
  };
  const pieces = await ask('pieces?all=1');
  expect([pieces.status, pieces.headers]).toEqual([200, { 'content-type': ['text/plain'] }]);
  expect(await read(pieces.body)).toEqual(['one', 'three']);
  const echo = await ask('echo', 'a\0b\n');
  expect([echo.status, await read(echo.body)]).toEqual([201, ['a\0b\n']]);
  await expect(ask('nothing')).rejects.toThrow('no such resource');
  await expect(ask('odd')).rejects.toMatchObject({
    code: 'MORTISE_ERR_QUERY_ANSWER',
    message: expect.stringContaining('status "many"'),
  });
});

it('is told when nobody wants an answer any more', async () => {
  const host = await numbers();
  const controller = new AbortController();
  const asked = host.querying.query({
    plugin: 'numbers',
    queries: [{ json: { wait: true } }],
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 200);
  expect((await asked).get('A')).toMatchObject({ error: { code: 'MORTISE_ERR_QUERY_CANCELED' } });
  // Its thread came back: a host that closes waits for it.
  await host.close();
  expect([...host.plugins].map(({ state }) => state)).toEqual(['stopped']);
});

it('that was built before there were resources has none', async () => {
  const host = await open({ plugins: [build('data-source.c', { define: { FIRST: 1 } })] });
  await expect(host.querying.callResource({ plugin: 'numbers', path: 'pieces' })).rejects.toMatchObject({
    code: 'MORTISE_ERR_QUERY_UNIMPLEMENTED',
  });
});
