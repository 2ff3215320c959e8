import { expect, it } from 'vitest';
import type { ListedPlugin } from '../../src/cli/json/list.js';
import { failureDocument, listDocument } from '../../src/cli/json/shapes.js';
import { coloursFor } from '../../src/cli/render/colours.js';
import { renderPlugins } from '../../src/cli/render/list.js';
import { call } from './call.js';
import { chain, directoryOf, firewall } from './plugins.js';

const broken = `${chain}
[[plugins]]
name = "./notes.so"
required = true
`;

it('shows what is ready', async () => {
  const called = await call(['list', '--json'], { cwd: directoryOf({ 'mortise.toml': chain }) });
  expect([called.code, called.stderr]).toEqual([0, '']);
  const { plugins, summary } = listDocument.parse(called.json());
  expect(summary).toEqual({ plugins: 2, ready: 2, notReady: 0 });
  expect(plugins[0]).toMatchObject({
    name: 'query_firewall',
    dialect: 'mortise',
    path: firewall,
    state: 'ready',
    errors: [],
  });
  expect(plugins[1]?.aliases).toEqual(['splitter']);
});

it('shows why a plugin is not, also one without which a host would not open', async () => {
  const cwd = directoryOf({ 'mortise.toml': broken, 'notes.so': 'text' });
  const called = await call(['list', '--json'], { cwd });
  expect(called.code).toBe(1);
  const { plugins, summary } = listDocument.parse(called.json());
  expect(summary).toEqual({ plugins: 3, ready: 2, notReady: 1 });
  expect(plugins[2]).toMatchObject({ state: 'rejected', errors: [{ code: 'MORTISE_ERR_BINARY_FORMAT' }] });

  const { stdout } = await call(['list'], { cwd });
  expect(stdout).toMatch(/^ {2}ready +query_firewall +\d+\.\d+\.\d+ +mortise /m);
  expect(stdout).toMatch(/^ {2}rejected +notes.*\n {4}MORTISE_ERR_BINARY_FORMAT: /m);
  expect(stdout).toMatch(/^3 plugins: 2 ready, 1 not ready$/m);
});

it('reads the file that -c names', async () => {
  const cwd = directoryOf({ 'deep/other.toml': chain });
  expect((await call(['list', '-c', 'deep/other.toml'], { cwd })).code).toBe(0);
});

it('may show nothing', async () => {
  const called = await call(['list'], { cwd: directoryOf({ 'mortise.toml': '' }) });
  expect([called.code, called.stdout]).toEqual([0, 'The configuration names no plugins.\n']);
});

it.each([
  [[], 'MORTISE_ERR_CONFIG_MISSING'],
  [['-c', 'none.toml'], 'MORTISE_ERR_CONFIG_MISSING'],
  [['-c', 'bad.toml'], 'MORTISE_ERR_CONFIG_SYNTAX'],
])('cannot run with %j: %s', async (options, code) => {
  const cwd = directoryOf({ 'bad.toml': '[host' });
  const called = await call(['list', '--json', ...options], { cwd });
  expect(called.code).toBe(2);
  expect(failureDocument.parse(called.json()).errors[0]?.code).toBe(code);
});

it('has heads, and fits the terminal', async () => {
  const called = await call(['list', '--json'], { cwd: directoryOf({ 'mortise.toml': chain }) });
  const { plugins } = listDocument.parse(called.json());
  const [first] = plugins as ListedPlugin[];
  const listed = {
    ...first,
    path: '/opt/p.so',
    aliases: [first?.name],
    requires: ['a.service 1.0', 'b 2.1'],
  };
  const shown = (columns?: number) =>
    renderPlugins([listed as ListedPlugin], '/', coloursFor(false, {}), columns).split('\n');
  const [head, row] = shown();
  expect(head).toMatch(/^ {2}state +name +version +dialect +services +path$/);
  expect(row).toMatch(/^ {2}ready +query_firewall +\S+ +mortise +needs a\.service 1\.0, b 2\.1 +\S+$/);
  const narrow = shown(70);
  expect(narrow.filter((line) => line.length > 70)).toEqual([]);
  expect(narrow[0]).toMatch(/^ {2}state +name +version +dialect +path$/);
  expect(narrow[2]).toBe('    needs a.service 1.0, b 2.1');
});
