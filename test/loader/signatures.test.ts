/** A service that would be misread is refused before anything of its user runs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { bool, defineService, fn, i64, implement } from '../../src/index.js';
import { verify } from '../../src/verify/index.js';
import { besideGood, directory, expectComplete, open, thrown } from '../host/open.js';
import { build } from '../support/plugins/build.js';

let trace: string;
beforeEach(() => {
  trace = join(directory(), 'trace');
  process.env.MORTISE_TEST_TRACE = trace;
  return () => {
    delete process.env.MORTISE_TEST_TRACE;
  };
});
const steps = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : []);

const named = (name: string, define: Record<string, string | number | true>, signature?: string) =>
  build('trace.c', {
    define: { NAME: name, ...define, ...(signature === undefined ? {} : { SIGNATURE: signature }) },
  });
const user = (name: string, signature?: string) =>
  named(name, { NEEDS: 'test.answer', NEEDS_MINOR: 0, CONSTRUCTOR: true }, signature);
const provider = (name: string, signature?: string) => named(name, { PROVIDES: 'test.answer' }, signature);

const ours = 'answer(host) -> i32 [main-thread]';
const other = 'answer(host, day: i64) -> i32 [main-thread]';

it('by a host and by verify, with the words of both sides', async () => {
  const host = await open({ plugins: [user('user'), provider('provider', other)] });
  const plugin = host.plugins.get('user');
  expect(plugin.state).toBe('rejected');
  expect(host.plugins.get('provider').state).toBe('ready');
  expect(steps()).toEqual(['provider register', 'provider init']);
  const [problem] = plugin.error?.problems ?? [];
  expectComplete(problem as never);
  expect(problem).toMatchObject({
    code: 'MORTISE_ERR_SERVICE_SIGNATURE',
    message: `test.answer 1.0 of provider has other functions than the plugin counts on: it needs ${ours}, and the provider has ${other}`,
    expected: ours,
    found: other,
  });
  const plugins = await verify([user('user'), provider('provider', other)]);
  expect(plugins.map(({ status }) => status)).toEqual(['fail', 'ok']);
  expect(plugins[0]?.checks.find(({ status }) => status === 'fail')?.code).toBe(
    'MORTISE_ERR_SERVICE_SIGNATURE',
  );
});

it('and takes another provider that fits', async () => {
  const host = await open({ plugins: [provider('first', other), provider('second'), user('user')] });
  expect(host.plugins.get('user').state).toBe('ready');
  expect(host.services.list().filter(({ name }) => name === 'test.answer')).toEqual([
    expect.objectContaining({ provider: 'first', users: [] }),
    expect.objectContaining({ provider: 'second', users: ['user'] }),
  ]);
});

it('between TypeScript and C, in both directions', async () => {
  const Answer = defineService('test.answer', '1.0', { answer: fn({ day: i64 }, bool, { thread: 'any' }) });
  const host = await open({ plugins: [provider('provider')] });
  expect(thrown(() => host.services.get(Answer))).toMatchObject({
    code: 'MORTISE_ERR_SERVICE_SIGNATURE',
    message: expect.stringContaining(
      `needs answer(host, day: i64) -> bool [any-thread], and the provider has ${ours}`,
    ),
  });
  const Ours = defineService('test.answer', '1.0', { answer: fn({ day: i64 }, bool) });
  const { problems } = await besideGood(user('user'), {
    services: [implement(Ours, { answer: () => true })],
  });
  expect(problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_SERVICE_SIGNATURE']);
});

it('when a plugin registers other functions than its file says', async () => {
  const { problems, plugin } = await besideGood(named('liar', { PROVIDES: 'test.answer', REGISTERS: other }));
  expect(problems).toEqual([
    expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_SIGNATURE', expected: ours, found: other }),
  ]);
  expect(plugin.state).toBe('failed');
});

it('but not where a side states nothing, of which verify warns', async () => {
  const unstated = provider('provider', '');
  const host = await open({ plugins: [user('user'), unstated] });
  expect(host.plugins.get('user').state).toBe('ready');
  const plugins = await verify([unstated]);
  expect(plugins[0]?.checks.filter(({ status }) => status === 'warn')).toEqual([
    expect.objectContaining({
      code: 'MORTISE_WARN_SERVICE_UNSTATED',
      message: "doesn't state what the functions of test.answer 1.1 are",
    }),
  ]);
});

it('and a record whose signature does not end is none', async () => {
  const path = join(directory(), 'bad.so');
  const bytes = readFileSync(provider('provider'));
  // The one in the record, and the one that is registered.
  let count = 0;
  for (let at = bytes.indexOf(ours); at >= 0; at = bytes.indexOf(ours), count++)
    bytes.fill(0x78, at, at + ours.length + 3);
  expect(count).toBeGreaterThan(0);
  writeFileSync(path, bytes);
  const plugins = await verify([path]);
  expect(plugins[0]?.checks.flatMap(({ code }) => code ?? [])).toContain('MORTISE_ERR_INFO_STRING');
});
