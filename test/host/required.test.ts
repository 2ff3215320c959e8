/** A host that can't be what its configuration calls required doesn't open, and leaves nothing behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Host, type HostOptions, MortiseError } from '../../src/index.js';
import { build } from '../support/plugins/build.js';
import { directory } from './open.js';

let trace: string;
beforeEach(() => {
  trace = join(directory(), 'trace');
  process.env.MORTISE_TEST_TRACE = trace;
  return () => {
    delete process.env.MORTISE_TEST_TRACE;
  };
});
const steps = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : []);

const plugin = (name: string, also: object = {}) => ({
  name: build('trace.c', { define: { NAME: name } }),
  ...also,
});

async function refused(options: HostOptions): Promise<MortiseError> {
  const error = await Host.open(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MortiseError);
  return error as MortiseError;
}

it('stops those that had started, in reverse, when a required one fails later', async () => {
  const privateDirectory = directory();
  const error = await refused({
    plugins: [
      plugin('one'),
      plugin('two'),
      plugin('three', { required: true, config: { fails: 'init' } }),
      plugin('four'),
    ],
    privateDirectory,
  });
  expect(error.problems.map(({ code }) => code)).toEqual([
    'MORTISE_ERR_PLUGIN_REQUIRED',
    'MORTISE_ERR_INIT_FAILED',
  ]);
  expect(error).toMatchObject({ subject: 'three', found: 'failed', expected: 'ready' });
  expect(error.message).toContain('three cannot reach its database');
  expect(steps().filter((step) => !step.endsWith('register'))).toEqual([
    'one init',
    'two init',
    'three init',
    'four init',
    'four fini',
    'two fini',
    'one fini',
  ]);
  expect(readdirSync(privateDirectory)).toEqual([]);
});

it('names every required plugin that is not there', async () => {
  const error = await refused({
    plugins: [
      { name: './a.so', required: true },
      { name: './b.so', required: true },
    ],
    cwd: directory(),
  });
  expect(error.problems.map(({ code, subject }) => [code, subject?.split('/').at(-1)])).toEqual([
    ['MORTISE_ERR_PLUGIN_REQUIRED', 'a.so'],
    ['MORTISE_ERR_FILE_MISSING', 'a.so'],
    ['MORTISE_ERR_PLUGIN_REQUIRED', 'b.so'],
    ['MORTISE_ERR_FILE_MISSING', 'b.so'],
  ]);
});

it('opens when what is required is ready, and something else is not', async () => {
  await using host = await Host.open({
    plugins: [plugin('one', { required: true }), './none.so'],
    cwd: directory(),
  });
  expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'rejected']);
});

it('refuses a private directory that cannot be made', async () => {
  const error = await refused({ plugins: [plugin('one')], privateDirectory: join(directory(), 'none') });
  expect(error).toMatchObject({
    code: 'MORTISE_ERR_COPY_FAILED',
    remedy: expect.stringContaining('privateDirectory'),
  });
  expect(steps()).toEqual([]);
});
