/** Copies of a PgDog plugin that are cut off or patched, and what it can't find: refused, and the host goes on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../../src/index.js';
import { besideGood, directory, expectComplete } from '../../host/open.js';
import { bridge, fake, rustc, withoutOwnBridges } from './fake.js';

withoutOwnBridges();

const parser = 'pg_query';
const config = { pg_query: '6.2.1' };

/** A plugin that runs, and its bytes. */
function whole(folder: string): Buffer {
  bridge(folder);
  return readFileSync(fake(folder, 'whole', { REQUIRES: '6.1.1', SHARD: 0 }));
}

/** A copy with one text in the place of another that is as long, wherever it stands. */
function patched(bytes: Buffer, from: string, to: string): Buffer {
  expect(to.length).toBe(from.length);
  const copy = Buffer.from(bytes);
  let count = 0;
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1))
    count += copy.write(to, at, 'latin1');
  expect(count).toBeGreaterThan(0);
  return copy;
}

describe.skipIf(process.platform !== 'linux')('a damaged copy of a PgDog plugin', () => {
  it('is refused wherever it is cut off, without being run', async () => {
    const folder = directory();
    const bytes = whole(folder);
    const path = join(folder, 'libcut.so');
    for (let part = 0; part < 48; part++) {
      writeFileSync(path, bytes.subarray(0, Math.floor((bytes.length * part) / 48)));
      const { status, checks } = await verify(path, { parser });
      const failed = checks.filter((check) => check.status === 'fail');
      expect([part, status, failed.length > 0]).toEqual([part, 'fail', true]);
      for (const { problem } of failed) if (problem) expectComplete(problem);
    }
    writeFileSync(path, bytes);
    expect((await verify(path, { parser })).status).not.toBe('fail');
  });

  it.each([
    ['another name for its route', 'pgdog_route\0', 'pgdog_roune\0', 'MORTISE_ERR_ENTRY_MISSING'],
    [
      'another name for its compiler’s version',
      'pgdog_rustc_version\0',
      'pgdog_rustc_versiom\0',
      'MORTISE_ERR_ENTRY_MISSING',
    ],
    ['another compiler', rustc, rustc.replace('1.2.3', '1.2.4'), 'MORTISE_ERR_BRIDGE'],
    ['a library that is nowhere', 'libc.so.6\0', 'libx.so.6\0', 'MORTISE_ERR_DEPENDENCY_MISSING'],
  ])('is refused with %s', async (_what, from, to, code) => {
    const folder = directory();
    const path = join(folder, 'libpatched.so');
    writeFileSync(path, patched(whole(folder), from, to));
    const { plugin, problems } = await besideGood({ name: path, config }, { parser });
    expect([plugin.state, problems.map((problem) => problem.code)]).toEqual([
      'rejected',
      expect.arrayContaining([code]),
    ]);
    expectComplete(problems[0] as (typeof problems)[0]);
  });

  it.each([
    ['is not there', 'MORTISE_ERR_BRIDGE', undefined],
    ['is cut off', 'MORTISE_ERR_BINARY_TRUNCATED', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      'has another magic',
      'MORTISE_ERR_BRIDGE',
      (bytes: Buffer) => patched(bytes, 'MPGDOG\0\0', 'MPGDOG\0\x01'),
    ],
    [
      'needs what is nowhere',
      'MORTISE_ERR_DEPENDENCY_MISSING',
      (bytes: Buffer) => patched(bytes, 'libc.so.6\0', 'libx.so.6\0'),
    ],
  ])('is refused when its bridge %s', async (_what, code, damage) => {
    const folder = directory();
    const elsewhere = directory();
    const path = bridge(elsewhere);
    if (damage) writeFileSync(path, damage(readFileSync(path)));
    const name = fake(folder, 'shop', { SHARD: 0 });
    const request = { name, config: { ...config, bridge: damage ? path : join(elsewhere, 'nowhere') } };
    const { plugin, problems } = await besideGood(request, { parser });
    expect(plugin.state).toMatch(/rejected|failed/);
    expect(problems[0]?.code).toBe(code);
    expectComplete(problems[0] as (typeof problems)[0]);
  });
});
