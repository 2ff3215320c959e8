import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureDocument } from '../../src/cli/json/shapes.js';
import { cargo, missingTools, scratchTarget, titled } from '../rust/cargo.js';
import { call } from './call.js';
import { spawnCli } from './spawn.js';

/** Inside the clone, so that the files find `mortise`. */
let cwd: string;
beforeEach(() => {
  mkdirSync('.cache', { recursive: true });
  cwd = mkdtempSync(join(process.cwd(), '.cache/headers-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
const services = `import { bytes, defineService, fn, i64, out, status, statusWithMessage, text } from 'mortise';
export const Stock = defineService('shop.stock', '1.2', { left: fn({ sku: text }, i64) });
export const Rule = defineService('shop.price-rule', '2.0', {
  apply: fn({ cart: bytes, type: i64, cents: out(i64) }, statusWithMessage, { thread: 'any', doc: 'ends */ here' }),
});
export { Rule as again };
export const other = 1;
`;

describe('mortise headers', () => {
  it('writes a header and a module for each service, by name, and the same each time', async () => {
    write('services.mjs', services);
    const { code, stdout } = await call(['headers', 'services.mjs', '--out', 'made/here'], { cwd });
    expect([code, stdout]).toEqual([
      0,
      'shop.price-rule 2.0  shop_price_rule2.h  shop_price_rule2.rs\nshop.stock 1.2  shop_stock.h  shop_stock.rs\n',
    ]);
    const names = readdirSync(join(cwd, 'made/here')).sort();
    expect(names).toEqual(['shop_price_rule2.h', 'shop_price_rule2.rs', 'shop_stock.h', 'shop_stock.rs']);
    const before = names.map((name) => read(`made/here/${name}`));
    // What is as it should be isn't written again.
    const header = join(cwd, 'made/here/shop_stock.h');
    utimesSync(header, 1, 1);
    await call(['headers', 'services.mjs', '--out', 'made/here'], { cwd });
    expect(statSync(header).mtimeMs).toBe(1000);
    writeFileSync(header, 'changed by hand');
    await call(['headers', 'services.mjs', '--out', 'made/here'], { cwd });
    expect(names.map((name) => read(`made/here/${name}`))).toEqual(before);
  });

  it('takes one of several, as new --service does', async () => {
    write('services.mjs', services);
    const one = await call(['headers', 'services.mjs#shop.stock', '--lang', 'c'], { cwd });
    expect([one.code, one.stdout]).toEqual([0, 'shop.stock 1.2  shop_stock.h\n']);
    const made = await call(['new', 'a', '--lang', 'c', '--service', 'services.mjs#shop.stock'], { cwd });
    expect([made.code, read('a/README.md')]).toEqual([
      0,
      expect.stringContaining('npx mortise headers ../services.mjs#shop.stock --lang c\n'),
    ]);
    for (const file of ['services.mjs#shop.x', 'services.mjs#']) {
      const { code, stderr } = await call(['headers', file], { cwd });
      expect([code, stderr]).toEqual([2, expect.stringContaining('exports shop.price-rule, shop.stock')]);
      expect(stderr).toContain('It has no s');
    }
  });

  // In a process of its own: vitest cannot import from such a path.
  it('takes a path with a # in it', async () => {
    mkdirSync(join(cwd, 'c#'));
    write('c#/services.mjs', services);
    for (const [file, count] of [
      ['c#/services.mjs', 2],
      ['c#/services.mjs#shop.stock', 1],
      [join(cwd, 'c#/services.mjs#shop.stock'), 1],
    ] as const) {
      const { code, stdout, stderr } = await spawnCli(['headers', file], { cwd }).ended;
      expect([code, stderr, stdout.match(/\n/g)?.length]).toEqual([0, '', count]);
    }
  });

  it('prints where the other headers are, for a compile line', async () => {
    const include = join(process.cwd(), 'include');
    expect(await call(['headers', '--include-dir'], { cwd })).toMatchObject({
      code: 0,
      stdout: `${include}\n`,
      stderr: '',
    });
    const { json } = await call(['headers', '--include-dir', '--json'], { cwd });
    expect(json()).toEqual({ schema: 1, include });
    const { code, stderr } = await call(['headers', '--include-dir', 'a.js'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--include-dir takes no file')]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('says in comments who may call, what fails how, and what C calls it', async () => {
    write('services.mjs', services);
    await call(['headers', 'services.mjs'], { cwd });
    const header = read('shop_price_rule2.h');
    expect(header).toContain('MORTISE_SERVICE_CELL(shop_price_rule2, 2)');
    expect(header).toContain(
      '#define SHOP_PRICE_RULE2_REQUIRE MORTISE_REQUIRE_SERVICE(shop_price_rule2, "shop.price-rule", 2, 0)',
    );
    expect(header).toMatch(/ends \* \/ here\. 0, or anything else when it failed; then `error` says why\./);
    expect(header).toMatch(/`cents` receives a value\.\s+\*?\s*\[any-thread\]/);
    expect(header).toMatch(/int64_t type_/);
    expect(read('shop_stock.h')).toContain('[main-thread]');
    expect(read('shop_price_rule2.rs')).toContain('pub struct ShopPriceRule2V2 {');
  });

  it('takes a language, and says the same in JSON', async () => {
    write('services.mjs', services);
    const { json } = await call(['headers', 'services.mjs', '--lang', 'c', '--json'], { cwd });
    expect(json()).toEqual({
      schema: 1,
      directory: cwd,
      services: [
        { name: 'shop.price-rule', major: 2, minor: 0, files: ['shop_price_rule2.h'] },
        { name: 'shop.stock', major: 1, minor: 2, files: ['shop_stock.h'] },
      ],
    });
    expect(readdirSync(cwd).sort()).toEqual(['services.mjs', 'shop_price_rule2.h', 'shop_stock.h']);
  });

  it.each([
    ['no file', 'none.mjs', undefined, 'MORTISE_ERR_SERVICE_FILE', 'it cannot be loaded'],
    ['what does not parse', 'a.mjs', 'export const = 1;', 'MORTISE_ERR_SERVICE_FILE', 'it cannot be loaded'],
    ['what throws', 'a.mjs', 'throw new Error("mine");', 'MORTISE_ERR_SERVICE_FILE', 'mine'],
    ['no service', 'a.mjs', 'export const a = 1;', 'MORTISE_ERR_SERVICE_FILE', 'exports: a'],
    [
      'what is like one',
      'a.mjs',
      'export const a = { name: "a.b", functions: {} };',
      'MORTISE_ERR_SERVICE_FILE',
      '',
    ],
    [
      'a service that is none',
      'a.mjs',
      "import { defineService } from 'mortise';\nexport const a = defineService('a', '1.0', {});",
      'MORTISE_ERR_SERVICE_SCHEMA',
      '"a" is not a valid service name',
    ],
    [
      'two that would be one file',
      'a.mjs',
      "import { defineService, fn, status } from 'mortise';\nconst f = { a: fn({}, status) };\nexport const a = defineService('a.b.c', '1.0', f), b = defineService('a.b-c', '1.0', f);",
      'MORTISE_ERR_USAGE',
      'a_b_c.h',
    ],
  ])('refuses %s', async (_, name, text, expected, message) => {
    if (text !== undefined) write(name, text);
    const { code, stdout, stderr } = await call(['headers', name, '--json'], { cwd });
    expect(code).toBe(2);
    expect(failureDocument.parse(JSON.parse(stdout)).errors[0]?.code).toBe(expected);
    expect(stderr).toContain(message);
    expect(readdirSync(cwd).filter((file) => /\.(h|rs)$/.test(file))).toEqual([]);
  });
});

const missing = process.platform === 'linux' ? missingTools('cc', 'make', 'cargo') : ['ELF'];
describe.skipIf(missing.length > 0)(titled('mortise new --service', missing), () => {
  const kinds = `import { defineService, fn, none, status } from 'mortise';
import * as all from ${JSON.stringify(join(process.cwd(), 'dist/index.js'))};
const { bool, bytes, callback, statusWithMessage, f32, f64, i32, i64, out, buffer, text, u8 } = all;
export const Kind = defineService('shop.kind', '2.1', {
  read: fn({ a: bytes, b: text, c: buffer, size: out(i64) }, statusWithMessage),
  abs: fn({ new: bool, type: f64, half: out(f32) }, f64),
  note: fn({}, none),
  ask: fn({ of: callback({ x: bool }, bool) }, status),
  large: fn({ int32_t: i32, isnan: f64 }, f64, { failure: Infinity }),
  least: fn({ other: i32 }, f32, { failure: -Infinity }),
  huge: fn({}, f32, { failure: 1e21 }),
  below: fn({}, f64, { failure: -0 }),
  each: fn({ items: bytes, visit: callback({ item: u8, name: text }, status) }, bool),
  later: fn({ a: u8 }, u8, { since: '2.1', thread: 'any' }),
});
`;

  it.each(['c', 'rust'] as const)(
    'builds in %s with one command, and passes verify',
    { timeout: 1_800_000 },
    async (lang) => {
      write('services.mjs', kinds);
      const made = await call(['new', 'mine', '--lang', lang, '--service', 'services.mjs', '--json'], {
        cwd,
      });
      const { files, directory } = made.json() as { files: string[]; directory: string };
      expect(files).toContain(lang === 'c' ? 'shop_kind2.h' : 'src/shop_kind2.rs');
      for (const file of files) expect(read(`mine/${file}`), file).not.toMatch(/\{\{\w+\}\}/);
      let library = join(directory, 'build/libmine.so');
      if (lang === 'c') {
        execFileSync('make', ['-C', directory, 'CFLAGS=-O1 -Werror'], { stdio: 'pipe' });
        execFileSync('make', ['-C', directory, 'test', 'CFLAGS=-O1 -Werror'], { stdio: 'pipe' });
      } else {
        const env = { CARGO_TARGET_DIR: scratchTarget };
        for (const args of [
          ['fmt', '--check'],
          ['clippy', '--all-targets', '--quiet', '--', '-D', 'warnings'],
        ]) {
          const { output } = await cargo(args, { cwd: directory, env });
          expect(output).toBe('');
        }
        const tested = await cargo(['test'], { cwd: directory, env });
        expect([tested.code, tested.output]).toEqual([0, expect.stringContaining('1 passed')]);
        const built = await cargo(['build', '--release'], { cwd: directory, env });
        expect(built.code, built.output).toBe(0);
        library = join(scratchTarget, 'release/libmine.so');
      }
      const verified = await call(['verify', library, '--json'], { cwd });
      expect(verified.json()).toMatchObject({
        plugins: [
          { status: 'ok', info: { name: 'mine', provides: [{ name: 'shop.kind', major: 2, minor: 1 }] } },
        ],
      });
    },
  );

  it('has two majors of a service side by side', async () => {
    write('services.mjs', services.replaceAll('shop.stock', 'shop.price-rule'));
    await call(['headers', 'services.mjs', '--lang', 'c'], { cwd });
    write(
      'both.c',
      `#include "shop_price_rule.h"
       #include "shop_price_rule2.h"
       #include <mortise/mortise.h>
       MORTISE_MODULE(.name = "both", .version = "1.0.0")
       SHOP_PRICE_RULE_WANT
       SHOP_PRICE_RULE2_WANT
       MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
         int64_t cents;
         (void)host;
         return shop_price_rule2_apply((const uint8_t *)"", 0, shop_price_rule_left(mortise_text_of("a")), &cents, error);
       }`,
    );
    const flags = ['-std=c11', '-Wall', '-Werror', '-fPIC', '-shared', '-fvisibility=hidden'];
    const include = join(process.cwd(), 'include');
    execFileSync('cc', [...flags, `-I${include}`, '-I.', 'both.c', '-o', 'both.so'], { cwd });
    const { json } = await call(['inspect', 'both.so', '--json'], { cwd });
    expect(json()).toMatchObject({
      info: {
        requires: expect.arrayContaining([
          expect.objectContaining({ name: 'shop.price-rule', major: 1 }),
          expect.objectContaining({ name: 'shop.price-rule', major: 2 }),
        ]),
      },
    });
  });

  it('asks which when there are several', async () => {
    write('services.mjs', services);
    const { code, stderr } = await call(['new', 'a', '--lang', 'c', '--service', 'services.mjs'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('shop.price-rule, shop.stock')]);
    expect(stderr).toContain('--service FILE#NAME');
    const missing = await call(['new', 'a', '--lang', 'c', '--service', 'services.mjs#shop.x'], { cwd });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('It has no shop.x')]);
    write('majors.mjs', services.replaceAll('shop.stock', 'shop.price-rule'));
    const majors = await call(['new', 'a', '--lang', 'c', '--service', 'majors.mjs#shop.price-rule'], {
      cwd,
    });
    expect([majors.code, majors.stderr]).toEqual([
      2,
      expect.stringContaining('shop.price-rule@1, shop.price-rule@2'),
    ]);
    const second = 'majors.mjs#shop.price-rule@2';
    const made = await call(['new', 'b', '--lang', 'c', '--service', second], { cwd });
    expect([made.code, read('b/plugin.c')]).toEqual([0, expect.stringContaining('SHOP_PRICE_RULE2_PROVIDE')]);
    rmSync(join(cwd, 'b'), { recursive: true });
    rmSync(join(cwd, 'majors.mjs'));
    expect(readdirSync(cwd)).toEqual(['services.mjs']);
    const one = await call(['new', 'a', '--lang', 'c', '--service', 'services.mjs#shop.stock'], { cwd });
    expect([one.code, read('a/plugin.c')]).toEqual([0, expect.stringContaining('SHOP_STOCK_PROVIDE')]);
  });
});
