/** Headers of anybody: a service's, a library's, a directory or one file, with what they include. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareSnapshots } from '../../src/abi/compare/comparison.js';
import { loadSnapshot } from '../../src/abi/diff.js';
import { snapshotHeaders } from '../../src/abi/headers.js';
import { defineService, fn, i64, text, u32 } from '../../src/index.js';
import { writeHeaders } from '../../src/services/generate/index.js';
import { call } from '../cli/call.js';
import { lines, temporary } from './headers.fixture.js';

const env = { PATH: process.env.PATH };
let root: string;
beforeAll(async () => {
  root = await temporary();
});

async function write(path: string, content: string): Promise<string> {
  const full = join(root, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  return full;
}

const rule = (more = '') =>
  `#ifndef RULE_H\n#define RULE_H\n#include <stdint.h>\n#include <time.h>\n${more}
  struct rule { uint32_t size; int32_t kind; };\nint rule_apply(const struct rule *rule, time_t now);\n#endif\n`;

describe('headers without a version', () => {
  it('compare as a directory and as one header, which may be called otherwise', async () => {
    const old = await write('old/rule.h', rule());
    const now = await write('new/rule2.h', rule().replace('int32_t kind;', 'int32_t kind; uint64_t more;'));
    const asFiles = compareSnapshots(await loadSnapshot(old), await loadSnapshot(now));
    expect(asFiles).toMatchObject({ verdict: 'minor', from: null, to: null, unread: [] });
    expect(lines(asFiles)).toEqual(['minor rule grew by more at its end (8 to 16 bytes)']);
    const asFolders = compareSnapshots(await loadSnapshot(dirname(old)), await loadSnapshot(dirname(now)));
    expect(lines(asFolders).sort()).toEqual([
      'major rule.h was removed (header)',
      'minor rule grew by more at its end (8 to 16 bytes)',
      'minor rule2.h is a new header',
    ]);
  });

  it('a header of the name of a system header stands in for nothing', async () => {
    await write('names/time.h', 'struct other { int a; };\n');
    await write('names/rule.h', rule());
    const { functions, types } = await snapshotHeaders(join(root, 'names'));
    expect(functions.rule_apply?.type.parameters).toEqual(['const struct rule *', 'time_t']);
    expect(types.other).toMatchObject({ kind: 'struct', header: 'time.h' });
  });

  it('finds what lies beside a header, around it, and in -I, under either spelling', async () => {
    await write('shop/include/shop/base.h', 'struct base { int size; };\n');
    await write(
      'shop/include/shop/kinds/kind.h',
      '#include <shop/base.h>\nstruct kind { struct base base; };\n',
    );
    const text =
      '#include <dep/dep.h>\n#include "base.h"\n#include "kinds/kind.h"\n#include <shop/kinds/kind.h>\nstruct top { dep_t dep; };\n';
    const top = await write('shop/include/shop/top.h', text.replace('<dep', '"base.h"\n#include <dep'));
    const pragma = await write('dep/dep/dep.h', '#pragma once\ntypedef int dep_t;\n');
    await write('shop/include/shop/base.h', '#pragma once\nstruct base { int size; };\n');
    await write(
      'shop/include/shop/kinds/kind.h',
      '#pragma once\n#include <shop/base.h>\nstruct kind { struct base base; };\n',
    );
    const refused = await call(['abi-diff', top, top], { env });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/MORTISE_ERR_ABI_HEADERS: cc refuses.*\n.*dep\/dep\.h.*\n.*-I names/);
    const { types, typedefs } = await snapshotHeaders(top, { includeDirs: [dirname(dirname(pragma))] });
    expect(Object.keys(types).sort()).toEqual(['base', 'kind', 'top']);
    expect(typedefs).toEqual({}); // dep.h is another's
    const called = await call(['abi-diff', top, join(root, 'shop/include/shop'), '-I', join(root, 'dep')], {
      env,
    });
    expect(called).toMatchObject({ code: 0, stderr: '' });
    expect(called.stdout).toBe(
      'same: what was built with the first works with the second, and the other way round (0 differences)\n',
    );
    // Through a link, and from a folder whose name a compiler would misread.
    await symlink(join(root, 'shop/include/shop'), join(root, 'a "quoted" \\ name'));
    const linked = await snapshotHeaders(join(root, 'a "quoted" \\ name'), {
      includeDirs: [join(root, 'dep')],
    });
    expect(linked.types).toEqual(types);
  });

  it('a word that is no name doesn’t hide the others, and is said', async () => {
    const strange = await write(
      'strange/strange.h',
      '#define STRANGE_SIZE UNDEFINED_WORD\n#define STRANGE_TWO 2\nint (strange_open)(int);\n' +
        '_Static_assert(sizeof(int) == 4, "");\nint __attribute__((unused)) strange_close(void), strange_count;\n',
    );
    const { functions, constants, macros, variables } = await snapshotHeaders(strange);
    expect(Object.keys(functions)).toEqual(['strange_close', 'strange_open']);
    expect(constants).toEqual({ STRANGE_TWO: { header: 'strange.h', value: 2 } });
    expect(macros).toEqual({ STRANGE_SIZE: { header: 'strange.h', parameters: null } });
    expect(variables).toEqual({});
  });

  it('with --check only what breaks is a problem', async () => {
    const old = await write('check/old.h', rule());
    const now = await write('check/new.h', rule('#define RULE_KINDS 3'));
    expect(await call(['abi-diff', old, now, '--check'], { env })).toMatchObject({ code: 0 });
    const back = await call(['abi-diff', now, old, '--check', '--json'], { env });
    expect(back.code).toBe(1);
    expect(back.json()).toMatchObject({
      schema: 1,
      verdict: 'major',
      from: null,
      to: null,
      problems: [{ code: 'MORTISE_ERR_ABI_VERSION', where: 'RULE_KINDS was removed (it was 3)' }],
    });
  });

  it('writes a snapshot, which compares without the headers', async () => {
    const header = await write('write/rule.h', rule());
    const file = join(root, 'write/rule.abi');
    const written = await call(['abi-diff', header, '--write', file], { env });
    expect(written).toMatchObject({ code: 0, stdout: `wrote ${file}\n` });
    expect(await call(['abi-diff', file, file], { env: { PATH: '' } })).toMatchObject({ code: 0 });
  });
});

describe('the header of a service', () => {
  const version = async (folder: string, service: Parameters<typeof writeHeaders>[0]) => {
    writeHeaders(service, ['c'], join(root, folder));
    return snapshotHeaders(join(root, folder, 'shop_stock.h'));
  };
  const left = fn({ sku: text }, i64);
  const order = fn({ sku: text, pieces: u32 }, i64);

  it('a function at the end is a minor of the service', async () => {
    const one = await version('stock/1', defineService('shop.stock', '1.0', { left }));
    const two = await version(
      'stock/2',
      defineService('shop.stock', '1.1', { left, order: fn(order.parameters, i64, { since: '1.1' }) }),
    );
    const comparison = compareSnapshots(one, two);
    expect(comparison).toMatchObject({
      verdict: 'minor',
      abi: 'same',
      services: [{ table: 'shop_stock_v1', level: 'minor' }],
    });
    expect(lines(comparison)).toEqual([
      'minor shop_stock_v1 grew by order at its end (16 to 24 bytes)',
      expect.stringMatching(
        /^minor shop_stock_signature\.order is new at the end of the table: order\(host, sku: text, pieces: u32\)/,
      ),
      'minor shop_stock_order is a new inline function: int64_t shop_stock_order(mortise_text, uint32_t)',
    ]);
  });

  it('functions that change places are a major, in the table and in words', async () => {
    const one = await version('swap/1', defineService('shop.stock', '1.0', { left, order }));
    const two = await version('swap/2', defineService('shop.stock', '1.0', { order, left }));
    const comparison = compareSnapshots(one, two);
    expect(comparison).toMatchObject({
      verdict: 'major',
      services: [{ table: 'shop_stock_v1', level: 'major' }],
    });
    expect(lines(comparison)).toEqual([
      'major shop_stock_v1.order moved from offset 16 to 8',
      'major shop_stock_v1.left moved from offset 8 to 16',
      'major shop_stock_signature.left moved from place 1 of the table to 2',
      'major shop_stock_signature.order moved from place 2 of the table to 1',
    ]);
  });
});
