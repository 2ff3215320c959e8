/** plugin.json of a native plugin: its published schema, and what a packed one still holds. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import type { MortiseError } from '../../../src/errors.js';
import { checkOwnJson, ownJsonSchema } from '../../../src/loader/bundles/own-json.js';
import { checkPacked, digestOf } from '../../../src/loader/bundles/packed.js';

const root = mkdtempSync(join(tmpdir(), 'mortise-own-json-'));
afterAll(() => rmSync(root, { recursive: true }));

const published = JSON.parse(readFileSync('schemas/plugin.schema.json', 'utf8')) as object;
const full = {
  $schema: './node_modules/mortise/schemas/plugin.schema.json',
  name: 'tenant_router',
  version: '1.2.0-rc.1',
  description: 'Sends each tenant to its shard.',
  license: 'MIT',
  library: { 'linux-x64': 'linux-x64/lib.so', 'linux-x64-musl': 'musl/lib.so', 'win32-x64': 'router.dll' },
  config: { tenants: 4, deep: { list: [1, 'two', true] } },
  aliases: ['router'],
  permissions: { files: { rules: 'read', cache: 'write' }, network: ['*'] },
  files: { 'linux-x64/lib.so': 'ab'.repeat(32) },
  packages: { 'linux-x64': '@acme/router-linux-x64' },
};

describe('the schema', () => {
  it('is published as the check has it (npm run schemas writes it)', async () => {
    expect(published).toEqual(await ownJsonSchema());
  });

  it.each([
    ['a whole one', full, true],
    ['the least', { library: 'lib.so' }, true],
    ['without a library', { name: 'x' }, false],
    ['another key', { ...full, librari: 'x' }, false],
    ['another platform', { library: { 'linux-x46': 'lib.so' } }, false],
    ['no semantic version', { ...full, version: '1.0' }, false],
    ['a permission that is none', { ...full, permissions: { disk: true } }, false],
    ['a null', { library: 'lib.so', config: { a: null } }, false],
  ])('and the check agree: %s', async (_, value, passes) => {
    expect(new Ajv({ strict: false }).validate(published, value)).toBe(passes);
    const checked = checkOwnJson({ path: 'plugin.json', text: JSON.stringify(value), value });
    await (passes ? expect(checked).resolves.toEqual(value) : expect(checked).rejects.toThrow());
  });

  it('is told by the line, and by what was meant', async () => {
    const value = { library: { 'linux-x46': 'a.so' }, version: '1' };
    const text = JSON.stringify(value, null, 2);
    const error = (await checkOwnJson({ path: 'plugin.json', text, value }).catch(
      (error) => error,
    )) as MortiseError;
    expect(error.problems).toMatchObject([
      { where: 'version', message: 'version (line 5, column 14) must be a semantic version, such as 1.2.0' },
      { where: 'library.linux-x46', remedy: 'Did you mean linux-x64?' },
    ]);
  });
});

describe('what was packed', () => {
  const write = async (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return await digestOf(join(root, path));
  };
  const json = join(root, 'plugin.json');
  const library = 'linux-x64/lib.so';
  const chosen = { library, file: join(root, library) };

  it('is still there; other platforms’ libraries need not be', async () => {
    const hash = await write(library, 'library');
    await checkPacked(json, { [library]: hash, 'darwin-arm64/lib.dylib': '0'.repeat(64) }, chosen);
  });

  it('is refused with all that differs', async () => {
    const hash = await write(library, 'library');
    const note = await write('NOTE', 'note');
    await write('NOTE', 'another');
    const files = { [library]: hash, NOTE: note, 'linux-x64/libhelper.so': hash };
    const error = (await checkPacked(json, files, chosen).catch((error) => error)) as MortiseError;
    expect(error.problems).toMatchObject([
      { code: 'MORTISE_ERR_BUNDLE_CHANGED', where: 'NOTE', message: 'NOTE: the file has other bytes' },
      { where: 'linux-x64/libhelper.so', message: expect.stringContaining('missing') },
    ]);
    await expect(checkPacked(json, {}, chosen)).rejects.toThrow('the file was not packed');
  });
});
