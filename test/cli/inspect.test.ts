import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { failureDocument, fatDocument, inspectDocument, inspectedFiles } from '../../src/cli/json/shapes.js';
import { buildFat, buildMacho } from '../binary/macho/build-macho.js';
import { call } from './call.js';
import { directory, directoryOf, firewall } from './plugins.js';

it('prints what is in a plugin as one JSON document', async () => {
  const called = await call(['inspect', firewall, '--json']);
  expect([called.code, called.stderr]).toEqual([0, '']);
  const found = inspectDocument.parse(called.json());
  expect(found).toMatchObject({
    path: firewall,
    arch: process.arch,
    bits: 64,
    kind: 'shared',
    dialect: 'mortise',
  });
  expect(found.info?.name).toBe('query_firewall');
  expect(found.exports).toContain('module_info');
  expect(found.dependencies.length).toBeGreaterThan(0);
});

it('prints the same for a person, with names only as far as they fit', async () => {
  const options = { isTerminal: true, env: { NO_COLOR: '1' } };
  const { code, stdout } = await call(['inspect', process.execPath], options);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\S+node {2}\S+ \S+ executable · \d+ MB$/m);
  expect(stdout).toMatch(/^ {2}identity +none: no dialect knows this file$/m);
  expect(stdout).toMatch(/^ {2}exports +[\d,]+ names\n( {16}\S.*\n){3} {16}… \(--exports lists all\)$/m);
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

it('lists every name when asked', async () => {
  const { stdout } = await call(['inspect', process.execPath, '--exports']);
  expect(stdout).toMatch(/^ {2}exports +[\d,]+ names\n {16}\S/m);
  expect(stdout).toMatch(/^ {16}napi_create_string_utf8$/m);
  expect(stdout).toMatch(/^ {16}… \(--imports lists all\)$/m);
  expect(stdout).not.toContain('--exports lists all');
  const imports = await call(['inspect', process.execPath, '--imports']);
  expect(imports.stdout).toMatch(/^ {2}imports +\d+ names\n {16}\S/m);
  expect(imports.stdout).toMatch(/^ {16}pthread_join$/m);
});

it('gives a fat Mach-O as one record an architecture', async () => {
  const path = join(directory(), 'fat.dylib');
  const [x64, arm64] = [0x01000007, 0x0100000c];
  const slices = [x64, arm64].map((cpuType) => ({ cpuType, bytes: buildMacho({ cpuType }) }));
  writeFileSync(path, buildFat(slices));
  const called = await call(['inspect', path, '--json']);
  const { slices: found } = fatDocument.parse(called.json());
  expect(found.map(({ arch }) => arch)).toEqual(['x64', 'arm64']);
  const { stdout } = await call(['inspect', path]);
  expect(stdout).toMatch(/fat Mach-O, 2 architectures/);
  expect(stdout).toMatch(/^Mach-O arm64 shared library$/m);
});

it.each([
  ['none.so', 'MORTISE_ERR_FILE_MISSING', 2],
  ['.', 'MORTISE_ERR_FILE_NOT_REGULAR', 2],
  ['empty.so', 'MORTISE_ERR_FILE_EMPTY', 1],
  ['text.so', 'MORTISE_ERR_BINARY_FORMAT', 1],
])('cannot inspect %s: %s, exit code %i', async (path, code, exit) => {
  const cwd = directoryOf({ 'empty.so': '', 'text.so': 'This is not a library.\n' });
  const called = await call(['inspect', path, '--json'], { cwd });
  expect(called.code).toBe(exit);
  expect(failureDocument.parse(called.json()).errors[0]?.code).toBe(code);
  expect(called.stderr).toContain(code);
});

it('shows several files, and hides none behind one that cannot be read', async () => {
  const argv = ['inspect', firewall, './none.so', process.execPath];
  const { code, stdout, stderr } = await call(argv);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^\S+libquery_firewall\.so {2}[\s\S]*\n\n\S+node {2}/);
  expect(stderr).toContain('MORTISE_ERR_FILE_MISSING');
  const called = await call([...argv, '--json']);
  expect(called.code).toBe(2);
  const { files } = inspectedFiles.parse(called.json());
  expect(files.map(({ path }) => path)).toEqual(argv.slice(1));
  expect(files[1]).toMatchObject({ errors: [{ code: 'MORTISE_ERR_FILE_MISSING' }] });
});
