/** verify(), as an embedder calls it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type MortiseError, verify } from '../../src/index.js';
import { make } from '../services/native/build.js';
import { build } from '../support/plugins/build.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('reports on one file', async () => {
  const report = await verify(build('decider.c'));
  expect(report).toMatchObject({ status: 'ok', dialect: 'mortise', info: { name: 'decider' } });
  expect(report.unreadable).toBeUndefined();
});

it('reports on several that need each other, in their order', async () => {
  const paths = [make('user', { define: { NAME: 'user' } }), make('provider', { define: { OFFERS: 1 } })];
  const together = await verify(paths);
  expect(together.map(({ path, status }) => [path, status])).toEqual(paths.map((path) => [path, 'ok']));
  const [path] = paths;
  expect((await verify(path as string)).checks).toContainEqual(
    expect.objectContaining({ id: 'services', status: 'fail', code: 'MORTISE_ERR_SERVICE_UNKNOWN' }),
  );
});

it('counts relative paths from cwd, and says what cannot be opened in the report', async () => {
  writeFileSync(join(folder, 'text.so'), 'no library');
  const [text, missing] = await verify(['text.so', 'none.so'], { cwd: folder });
  expect(text).toMatchObject({ path: 'text.so', status: 'fail', checks: [{ id: 'format' }] });
  expect(missing).toMatchObject({ status: 'fail', unreadable: { code: 'MORTISE_ERR_FILE_MISSING' } });
});

it('takes the host from a configuration, and throws when that is wrong', async () => {
  const config = join(folder, 'mortise.toml');
  writeFileSync(config, '[host]\ntoolchain = "cc 0"\n');
  const { checks } = await verify(build('trace.c', { define: { EXACT: true } }), { config });
  expect(checks).toContainEqual(expect.objectContaining({ code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH' }));
  const error = await verify(build('decider.c'), { config: join(folder, 'none.toml') }).catch((one) => one);
  expect((error as MortiseError).code).toBe('MORTISE_ERR_CONFIG_MISSING');
});

it('tries plugins out when it is asked to', async () => {
  const { status, checks } = await verify(build('trace.c'), { load: true, timeoutMs: 60_000 });
  expect(status).not.toBe('fail');
  expect(
    checks.filter(({ id }) => ['load', 'init', 'fini'].includes(id)).map(({ status }) => status),
  ).toEqual(['ok', 'ok', 'ok']);
}, 120_000);
