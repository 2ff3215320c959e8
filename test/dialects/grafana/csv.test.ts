/** A real data source on Grafana's SDK: example-plugins/go-csv-datasource. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { Frame } from '../../../src/capabilities/querying/frame/frame.js';
import type { DataSource, QueryAnswer } from '../../../src/capabilities/querying/source.js';
import type { Kept } from '../../../src/dialects/goplugin/keep.js';
import { Data } from '../../../src/dialects/grafana/wire/data_pb.js';
import { Host } from '../../../src/index.js';
import { describeWith, workDirectory } from '../goplugin/programs.js';
import { context, request, settings } from './calls.js';

const root = workDirectory();
mkdirSync(join(root, 'data'));
const file = (name: string, text: string) => writeFileSync(join(root, 'data', name), text);
file(
  'load.csv',
  `time,host,load,up,requests
2026-01-01T10:00:00Z,a,0.5,true,9007199254740993
2026-01-01T11:00:00.000000001Z,b,,false,2
2026-01-03T10:00:00Z,a,1.5,true,3
`,
);
file('names.csv', 'name\nÄrger\n"with, comma"\n');
file('empty.csv', '');
file('broken.csv', 'a,b\n1,2\n3\n');
const largeRows = 200_000;
file('large.csv', `n,text\n${Array.from({ length: largeRows }, (_, n) => `${n},row ${n}`).join('\n')}\n`);
writeFileSync(join(root, 'secret.csv'), 'a\n1\n');

const hosts: Host[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.close())));

const inData = { ...settings, options: { directory: 'data' } };
const called = context({ dataSource: inData });

async function read(answer: QueryAnswer | undefined): Promise<Frame[]> {
  if (!answer || 'error' in answer) throw answer?.error ?? new Error('no answer');
  const frames: Frame[] = [];
  for await (const frame of answer.frames) frames.push(frame);
  return frames;
}

describeWith('csv-datasource', 'a data source on Grafana’s SDK', (path) => {
  let source: DataSource;
  let kept: Kept;
  let host: Host;

  it('starts as a plugin of a host, known by its Go build', async () => {
    const config = {
      ...{ settings: { root, limit: 5 }, restart: { first_ms: 20, max_ends: 100 } },
    };
    host = await Host.open({ signals: false, log: () => {}, plugins: [{ name: path, config }] });
    hosts.push(host);
    const [plugin] = [...host.plugins];
    expect(plugin?.error).toBeUndefined();
    expect(plugin).toMatchObject({ name: 'csv-datasource', dialect: 'grafana', state: 'ready' });
    source = plugin?.offers.querying as DataSource;
    kept = plugin?.offers.program as Kept;
    expect(source).toMatchObject({ carrier: 'external', cancels: true });
  });

  it('finds its settings in its environment, and nothing of the host’s', () => {
    const environment = readFileSync(`/proc/${kept.program?.pid}/environ`, 'utf8').split('\0');
    expect(environment).toContain(`GF_PLUGIN_ROOT=${root}`);
    expect(environment).toContain('GF_PLUGIN_LIMIT=5');
    expect(environment).toContain('GF_VERSION=12.4.0');
    const names = environment.map((one) => one.split('=')[0] ?? '').filter(Boolean);
    const known = /^(GF_|PLUGIN_|grafana_plugin_type$|TMPDIR$|(HTTPS?|NO)_PROXY$)/i;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
  });

  it('answers each query by columns and time range, with exact values', async () => {
    const answers = await source.query(
      request({
        A: { file: 'load.csv', columns: ['time', 'load', 'requests'] },
        B: { file: 'load.csv', columns: ['host', 'up'] },
        C: { file: 'names.csv' },
      }),
      called,
    );
    const [a] = await read(answers.get('A'));
    const start = BigInt(Date.parse('2026-01-01T10:00:00Z')) * 1_000_000n;
    expect(a?.column('time')).toEqual([start, start + 3_600_000_000_001n]);
    expect(a?.column('load')).toEqual([0.5, null]);
    expect(a?.column('requests')).toEqual([9007199254740993n, 2n]);
    // Without a time among the chosen columns, all rows count.
    expect((await read(answers.get('B')))[0]?.column('up')).toEqual([true, false, true]);
    expect((await read(answers.get('C')))[0]?.column('name')).toEqual(['Ärger', 'with, comma']);
  });

  it('tells of each query that fails, and answers the others', async () => {
    const answers = await source.query(
      request({
        missing: { file: 'nothing.csv' },
        column: { file: 'load.csv', columns: ['cpu'] },
        outside: { file: '../secret.csv' },
        empty: { file: 'empty.csv' },
        broken: { file: 'broken.csv' },
        none: {},
        fine: { file: 'names.csv' },
      }),
      called,
    );
    for (const refId of ['missing', 'column', 'outside', 'empty', 'broken', 'none']) {
      expect(answers.get(refId), refId).toMatchObject({
        ...{ refId, status: 400, source: expect.stringMatching(/plugin|downstream/) },
        error: { code: 'MORTISE_ERR_CALL_FAILED' },
      });
    }
    expect(answers.get('column')).toMatchObject({
      error: { message: expect.stringContaining('load.csv: there is no column "cpu"') },
    });
    expect(await read(answers.get('fine'))).toHaveLength(1);
  });

  it('a large answer comes in parts, and reading some of them is enough', async () => {
    const whole = await read((await source.query(request({ A: { file: 'large.csv' } }), called)).get('A'));
    expect(whole.length).toBeGreaterThan(5);
    expect(whole.reduce((rows, frame) => rows + frame.rowCount, 0)).toBe(largeRows);
    expect(whole[1]?.column('n')?.[0]).toBe(BigInt(whole[0]?.rowCount as number));
    const answer = (await source.query(request({ A: { file: 'large.csv' } }), called)).get('A');
    if (!answer || 'error' in answer) throw new Error('no answer');
    for await (const frame of answer.frames) {
      expect(frame.rowCount).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => kept.program?.inFlight).toBe(0);
  });

  it('builds its instance anew only when settings change', async () => {
    const other = { ...inData, options: { directory: 'nowhere' }, updated: new Date(2_000) };
    expect(await source.checkHealth?.(called)).toEqual({
      ...{ status: 'ok', message: '5 CSV files', details: { files: 5 } },
    });
    expect(await source.checkHealth?.(context({ dataSource: other }))).toMatchObject({
      ...{ status: 'error', message: expect.stringContaining('no such file or directory') },
    });
    // The same settings again, and those that were there before.
    expect(await source.checkHealth?.(context({ dataSource: { ...inData } }))).toMatchObject({
      status: 'ok',
    });
    const failed = await source.query(request({ A: {}, B: {} }), context({ dataSource: other }));
    for (const refId of ['A', 'B']) {
      expect(failed.get(refId)).toMatchObject({
        ...{ source: 'downstream', status: 502, error: { code: 'MORTISE_ERR_CALL_FAILED' } },
      });
    }
  });

  it('has metrics', async () => {
    expect(await source.collectMetrics?.(called)).toMatch(/^# HELP go_/m);
  });

  it('answers for its resources, in parts', async () => {
    const call = async (path: string, method = 'GET') => {
      const parts = [];
      const asked = { method, path, url: path, headers: { accept: ['*/*'] }, body: new Uint8Array() };
      for await (const part of source.callResource?.(asked, called) ?? []) parts.push(part);
      const body = Buffer.concat(parts.map((part) => part.body ?? new Uint8Array())).toString();
      return { status: parts[0]?.status, headers: parts[0]?.headers, body };
    };
    expect(await call('files')).toMatchObject({ status: 200, body: expect.stringContaining('"load.csv"') });
    expect(await call('files/names.csv')).toMatchObject({
      ...{ headers: { 'content-type': ['text/csv'] }, body: 'name\nÄrger\n"with, comma"\n' },
    });
    expect(await call('files/nothing.csv')).toMatchObject({ status: 404 });
    expect(await call('files', 'DELETE')).toMatchObject({ status: 405 });
  });

  it('lets listen to what is there, and nobody publish', async () => {
    const at = (path: string) => ({ path, data: new Uint8Array() });
    expect(await source.subscribeStream?.(at('replay/names.csv'), called)).toEqual({ status: 'ok' });
    expect(await source.subscribeStream?.(at('replay/none'), called)).toEqual({ status: 'not-found' });
    expect(await source.publishStream?.(at('replay/names.csv'), called)).toEqual({
      status: 'permission-denied',
    });
  });

  it('a stream that isn’t read stops the plugin, and takes no memory', async () => {
    const asked = { path: 'replay/load.csv', data: new Uint8Array() };
    const packets = source.runStream?.(asked, called) as AsyncGenerator<{ data: Uint8Array }>;
    const { value } = await packets.next();
    expect(JSON.parse(Buffer.from(value.data).toString())).toHaveProperty('data.values');
    const pid = kept.program?.pid as number;
    // Its window fills at once; from then on the program has nothing to do.
    await sleep(500);
    const before = { ticks: ticksOf(pid), memory: process.memoryUsage().rss };
    await sleep(1500);
    expect(ticksOf(pid) - before.ticks).toBeLessThan(20);
    expect(process.memoryUsage().rss - before.memory).toBeLessThan(8 * 1024 * 1024);
    // It is there all the while.
    expect(await source.checkHealth?.(called)).toMatchObject({ status: 'ok' });
    let count = 0;
    for await (const packet of packets) if (packet.data.length > 0 && ++count === 1000) break;
    await expect.poll(() => kept.program?.inFlight).toBe(0);
    await sleep(200);
    const ended = ticksOf(pid);
    await sleep(500);
    expect(ticksOf(pid) - ended).toBeLessThan(10);
  });

  it('a call ends at its deadline when the program stands still', async () => {
    const pid = kept.program?.pid as number;
    process.kill(pid, 'SIGSTOP');
    await expect.poll(() => statOf(pid)[0]).toBe('T');
    try {
      const late = () => context({ dataSource: inData, deadline: performance.now() + 300 });
      await expect(source.checkHealth?.(late())).rejects.toMatchObject({
        ...{ code: 'MORTISE_ERR_CALL_TIMEOUT', isTimeout: true },
      });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await source.checkHealth?.(called)).toMatchObject({ status: 'ok' });
  });

  it('aborted, a query that runs ends in the plugin too', async () => {
    const stop = new AbortController();
    const asked = source.query(
      request({ A: { file: 'large.csv' }, B: { file: 'large.csv' } }),
      context({ dataSource: inData, signal: stop.signal }),
    );
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'MORTISE_ERR_CALL_CANCELED' });
    await expect.poll(() => kept.program?.inFlight).toBe(0);
  });

  it('killed in mid-answer, it fails the call, and answers the next one', async () => {
    const answer = (await source.query(request({ A: { file: 'large.csv' } }), called)).get('A');
    const ended = kept.program?.exited;
    process.kill(kept.program?.pid as number, 'SIGKILL');
    await ended;
    await expect(read(answer)).rejects.toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED', isCrash: true });
    expect(await source.checkHealth?.(called)).toMatchObject({ status: 'ok' });
    expect(kept.restarts).toBe(1);
  });

  it('a panic is told as one, and the program lives on', async () => {
    const pid = kept.program?.pid;
    await expect(kept.client(Data).queryData({ queries: [{ refId: 'A' }] })).rejects.toMatchObject({
      ...{ code: 'MORTISE_ERR_CALL_PANIC', message: expect.stringContaining('nil pointer') },
    });
    expect(kept.program?.pid).toBe(pid);
  });

  it('a request that is too large is refused with both sizes and whose limit it is', async () => {
    const json = { file: 'load.csv', padding: 'x'.repeat(17 * 1024 * 1024) };
    await expect(source.query(request({ A: json }), called)).rejects.toMatchObject({
      code: 'MORTISE_ERR_CALL_SIZE',
      message: expect.stringMatching(/a message of 178\d+ bytes, and the program takes 16777216/),
    });
    expect(await source.checkHealth?.(called)).toMatchObject({ status: 'ok' });
  });

  it('ends with its host', async () => {
    await host.close();
    await expect(source.checkHealth?.(called)).rejects.toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED' });
  });
});

/** Of /proc: what follows its name. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
}

/** Processor time of a process, in hundredths of a second. */
function ticksOf(pid: number): number {
  const fields = statOf(pid);
  return Number(fields[11]) + Number(fields[12]);
}
