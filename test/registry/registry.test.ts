/** The plugins of a host, and how they are found. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Host, type MortiseError, type PluginState } from '../../src/index.js';
import { directory, expectComplete, good, open, thrown } from '../host/open.js';
import { build } from '../support/plugins/build.js';

const named = (name: string) => build('decider.c', { define: { NAME: name } });

it('has the plugins in the order of the configuration, ready or not', async () => {
  const host = await open({ plugins: [named('b'), './none.so', named('a')] });
  expect(host.plugins.size).toBe(3);
  expect([...host.plugins].map(({ name, state }) => [name, state])).toEqual([
    ['b', 'ready'],
    ['./none.so', 'rejected'],
    ['a', 'ready'],
  ]);
});

it('finds one by name, by name and version, by alias, and by the request while the file says nothing', async () => {
  const host = await open({ plugins: [{ name: named('b'), aliases: ['router', 'x'] }, './none.so'] });
  const [b, none] = host.plugins;
  for (const name of ['b', 'b@1.0.0', 'router', 'x']) expect(host.plugins.find(name)).toBe(b);
  expect(host.plugins.get('./none.so')).toBe(none);
  for (const name of ['b@1.0.1', 'B', '', 'route']) expect(host.plugins.find(name)).toBeUndefined();
});

it('says which are there when there is none of that name', async () => {
  const host = await open({ plugins: [named('tenant'), named('splitter')] });
  const error = thrown(() => host.plugins.get('tenantt')) as MortiseError;
  expect(error).toMatchObject({
    code: 'MORTISE_ERR_PLUGIN_UNKNOWN',
    expected: 'one of tenant, splitter',
    found: '"tenantt"',
    remedy: 'Did you mean tenant?',
  });
  const far = thrown(() => host.plugins.get('firewall')) as MortiseError;
  expect(far.remedy).toBe('Name one of those that the host has.');
  const empty = await open({});
  expect(thrown(() => empty.plugins.get('x'))).toMatchObject({ code: 'MORTISE_ERR_PLUGIN_UNKNOWN' });
});

it('refuses the second of a name, and says where the first is', async () => {
  const first = named('twin');
  const second = join(directory(), 'other.so');
  copyFileSync(first, second);
  const host = await open({ plugins: [{ name: first, config: { target: 2 } }, second, good()] });
  const [one, two] = host.plugins;
  expect([one?.state, two?.state]).toEqual(['ready', 'rejected']);
  const [problem] = two?.error?.problems ?? [];
  expect(problem).toMatchObject({
    code: 'MORTISE_ERR_NAME_DUPLICATE',
    subject: second,
    message: `twin is already the name of ${first}`,
  });
  if (problem) expectComplete(problem);
  expect(host.plugins.get('twin')).toBe(one);
  expect(host.route({ sql: '' }).plugin).toBe('twin');
});

it('refuses the second of a name also when it is the same file', async () => {
  const host = await open({ plugins: [named('twin'), named('twin'), named('twin')] });
  expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'rejected', 'rejected']);
});

it('gives a name to the next of it when the first was refused', async () => {
  const bytes = readFileSync(named('twin'));
  bytes.write('9.9', bytes.indexOf('MORTISE\0\x28\x01', 0, 'latin1') + 16, 'latin1'); // its ABI
  const broken = join(directory(), 'broken.so');
  writeFileSync(broken, bytes);
  const host = await open({ plugins: [broken, named('twin')] });
  expect([...host.plugins].map(({ state }) => state)).toEqual(['rejected', 'ready']);
  expect(host.plugins.get('twin').state).toBe('ready');
});

it('tells every change of state, in order', async () => {
  const changes: [string, PluginState][] = [];
  const host = await Host.open({ plugins: [named('b'), { name: named('a'), config: { target: 'x' } }] });
  host.on('state', ({ name }, state) => changes.push([name, state]));
  expect(host.plugins.get('a').state).toBe('failed');
  await host.close();
  await host.close();
  expect(changes).toEqual([
    ['b', 'draining'],
    ['b', 'stopped'],
  ]);
});
