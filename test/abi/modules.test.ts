/** `mortise abi-diff` on two modules that define services. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { failureDocument, problem } from '../../src/cli/json/shapes.js';
import { call } from '../cli/call.js';
import { headers } from './headers.fixture.js';

/** Inside the clone, so that the modules find `mortise`. */
let cwd: string;
beforeAll(() => {
  mkdirSync('.cache', { recursive: true });
  cwd = mkdtempSync(join(process.cwd(), '.cache/abi-'));
  const write = (name: string, ...services: string[]) =>
    writeFileSync(
      join(cwd, name),
      `import { defineService, fn, i64, status, text } from 'mortise';\n${services
        .map((service, index) => `export const S${index} = defineService(${service});\n`)
        .join('')}`,
    );
  const left = 'left: fn({ sku: text }, i64)';
  const order = 'order: fn({ sku: text }, status)';
  write('old.mjs', `'shop.stock', '1.0', { ${left}, ${order} }`, `'shop.rule', '1.0', { ${left} }`);
  write('swapped.mjs', `'shop.stock', '1.0', { ${order}, ${left} }`, `'shop.rule', '1.0', { ${left} }`);
  write('next.mjs', `'shop.stock', '2.0', { ${order}, ${left} }`, `'shop.rule', '1.0', { ${left} }`);
  writeFileSync(join(cwd, 'none.mjs'), 'export const a = 1;\n');
  writeFileSync(join(cwd, 'broken.mjs'), 'export const a = ;\n');
});
afterAll(() => rmSync(cwd, { recursive: true }));

const level = z.enum(['same', 'minor', 'major']);
const version = z.string().regex(/^\d+\.\d+$/);
const document = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('services'),
  verdict: level,
  services: z.array(
    z.strictObject({ name: z.string(), from: version.nullable(), to: version.nullable(), level }),
  ),
  differences: z.array(
    z.strictObject({ level, subject: z.string(), message: z.string(), service: z.string() }),
  ),
  problems: z.array(problem),
});

describe('mortise abi-diff of modules', () => {
  it('functions that change places under the same version: each is a line, and the version is a problem', async () => {
    const { code, stdout, stderr } = await call(['abi-diff', 'old.mjs', 'swapped.mjs'], { cwd });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toBe(
      [
        '  major  shop.stock.left moved from place 1 of the table to 2',
        '  major  shop.stock.order moved from place 2 of the table to 1',
        'major: what was built with the first does not work with the second (2 differences; shop.rule 1.0 to 1.0: same, shop.stock 1.0 to 1.0: major)',
        'shop.stock: MORTISE_ERR_ABI_VERSION: shop.stock breaks whoever was built with it, and its major is still 1',
        '  where     shop.stock.left moved from place 1 of the table to 2; shop.stock.order moved from place 2 of the table to 1',
        '  expected  2.0',
        '  found     1.0',
        '  fix       Undo the change, or define the service as 2.0 beside the one that is there.',
        '',
      ].join('\n'),
    );
    expect((await call(['abi-diff', 'old.mjs', 'swapped.mjs', '--check'], { cwd })).code).toBe(1);
  });

  it('with the next major it is still one, and --check asks for no more', async () => {
    expect((await call(['abi-diff', 'old.mjs', 'next.mjs'], { cwd })).code).toBe(1);
    const { code, json } = await call(['abi-diff', 'old.mjs', 'next.mjs', '--check', '--json'], { cwd });
    expect(code).toBe(0);
    expect(document.parse(json())).toMatchObject({
      verdict: 'major',
      services: [
        { name: 'shop.rule', from: '1.0', to: '1.0', level: 'same' },
        { name: 'shop.stock', from: '1.0', to: '2.0', level: 'major' },
      ],
      problems: [],
    });
  });

  it('compares one of several by name', async () => {
    const { code, json } = await call(
      ['abi-diff', 'old.mjs#shop.rule', 'swapped.mjs#shop.rule@1', '--json'],
      { cwd },
    );
    expect(code).toBe(0);
    expect(document.parse(json())).toMatchObject({ verdict: 'same', services: [{ name: 'shop.rule' }] });
  });

  it.each([
    ['a module and headers', ['old.mjs', headers], 'MORTISE_ERR_ABI_KIND'],
    ['headers and a module', [headers, 'old.mjs'], 'MORTISE_ERR_ABI_KIND'],
    ['one module', ['old.mjs'], 'MORTISE_ERR_USAGE'],
    ['a module to write', ['old.mjs', '--write', 'x.json'], 'MORTISE_ERR_USAGE'],
    ['a name that the module lacks', ['old.mjs', 'old.mjs#shop.none'], 'MORTISE_ERR_USAGE'],
    ['a module without services', ['old.mjs', 'none.mjs'], 'MORTISE_ERR_SERVICE_FILE'],
    ['a module that is not one', ['broken.mjs', 'old.mjs'], 'MORTISE_ERR_SERVICE_FILE'],
    ['a module that is not there', ['old.mjs', 'nowhere.mjs'], 'MORTISE_ERR_SERVICE_FILE'],
  ])('cannot run with %s: exit 2', async (_, args, code) => {
    const called = await call(['abi-diff', ...args, '--json'], { cwd, env: { PATH: process.env.PATH } });
    expect(called.code).toBe(2);
    expect(failureDocument.parse(called.json()).errors[0]?.code).toBe(code);
  });
});
