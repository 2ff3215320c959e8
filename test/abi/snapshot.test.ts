import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSnapshot } from '../../src/abi/canonical.js';
import { compareSnapshots } from '../../src/abi/compare/comparison.js';
import { loadSnapshot } from '../../src/abi/diff.js';
import { snapshotHeaders } from '../../src/abi/headers.js';
import { parseSnapshot } from '../../src/abi/snapshot.js';
import { compareEdited, current, edited, headers, temporary, withProbe } from './headers.fixture.js';

describe('a snapshot', () => {
  it('has every header, entry point, table and value of the project', async () => {
    const snapshot = await current();
    expect(snapshot.pointerSize).toBe(8);
    expect(snapshot.headers).toContain('mortise.h');
    expect(Object.keys(snapshot.functions)).toEqual(
      expect.arrayContaining([
        'module_register',
        'module_init',
        'module_route',
        'module_fini',
        'mortise_fail',
      ]),
    );
    expect(snapshot.functions.module_init).toEqual({
      header: 'entry.h',
      inline: false,
      type: { result: 'int32_t', parameters: ['const mortise_host *', 'mortise_error *'] },
    });
    expect(snapshot.functions.mortise_fail).toMatchObject({ inline: true, type: { variadic: true } });
    expect(snapshot.types.mortise_text).toEqual({
      kind: 'struct',
      header: 'abi.h',
      size: 16,
      alignment: 8,
      members: [
        { name: 'data', offset: 0, size: 8, type: 'const char *' },
        { name: 'size', offset: 8, size: 8, type: 'uint64_t' },
      ],
    });
    expect(snapshot.types['mortise_value.as']).toMatchObject({ kind: 'union', size: 16 });
    expect(snapshot.types.mortise_statement).toEqual({ kind: 'opaque', header: 'context.h' });
    expect(snapshot.enums.MORTISE_OK?.values).toContainEqual(['MORTISE_ERROR', -1]);
    expect(snapshot.constants.MORTISE_MODULE_MAGIC?.value).toBe('MORTISE');
    expect(snapshot.variables.module_info?.type).toBe('const mortise_module_info');
    expect(snapshot.macros.MORTISE_REQUIRE?.parameters).toBe('(service, major, minor)');
  });

  it('leaves out guards, system headers, private macros and what names the compiler', async () => {
    const snapshot = await current();
    const names = [
      snapshot.types,
      snapshot.typedefs,
      snapshot.constants,
      snapshot.macros,
      snapshot.functions,
    ].flatMap((part) => Object.keys(part));
    expect(names.filter((name) => !/^(mortise|MORTISE|module)_/.test(name))).toEqual([]);
    expect(names.filter((name) => /_H$|_$/.test(name))).toEqual([]);
    expect(JSON.stringify(snapshot)).not.toMatch(/gcc|clang|usr|tmp/);
  });

  it('has the same bytes each time, from any folder, and survives being read', async () => {
    const text = formatSnapshot(await current());
    expect(formatSnapshot(await snapshotHeaders(headers))).toBe(text);
    expect(formatSnapshot(await snapshotHeaders(join(headers, '..')))).toBe(text);
    expect(formatSnapshot(await snapshotHeaders(await edited()))).toBe(text);
    expect(formatSnapshot(parseSnapshot(text, 'text'))).toBe(text);
  });

  it('is the same after a change of comments and white space', async () => {
    const comparison = await compareEdited(
      ['abi.h', '#ifndef MORTISE_ABI_H', '/* Another comment. */\n\n\n#ifndef MORTISE_ABI_H'],
      ['route.h', /uint32_t size;/, 'uint32_t\n\n  /* how long */ size   ;'],
    );
    expect(comparison).toMatchObject({ verdict: 'same', differences: [] });
  });

  it('follows types through pointers to themselves, arrays, callbacks, and nameless parts', async () => {
    const folder = await withProbe(`
      typedef struct probe_node { uint32_t size; struct probe_node *next, *pair[2]; } probe_node;
      typedef int (*probe_visit)(const probe_node *, void (*each)(struct { int a; } *), ...);
      typedef struct { uint8_t cells[3][4]; union { int32_t small; struct { uint16_t low, high; }; }; } probe_grid;
      typedef enum { PROBE_A = 1, PROBE_B = 0x7fffffff } probe_kind;
      extern int (*probe_hook)(int), *probe_list[2];
      int (*probe_choose(int which))(int);
      static inline const probe_node *probe_next(const probe_node *node) { return (node->next); }
      __attribute__((visibility("default"))) _Alignas(16) extern char probe_name[];
      #define PROBE_SHIFT ((uint32_t)1 << (3 + PROBE_A))
      #define PROBE_TEXT "a" "b"
      #define PROBE_CALL(x) ((x) + 1)
    `);
    const { types, typedefs, functions, variables, constants, macros } = await snapshotHeaders(folder);
    expect(types.probe_node).toMatchObject({ size: 32 });
    expect(types.probe_grid).toMatchObject({
      members: [
        { name: 'cells', offset: 0, size: 12, type: 'uint8_t[3][4]' },
        { name: 'small', offset: 12 },
        { name: 'low', offset: 12 },
        { name: 'high', offset: 14 },
      ],
    });
    expect(typedefs.probe_visit?.type).toMatchObject({ variadic: true, result: 'int' });
    expect(functions.probe_choose?.type.result).toEqual({ result: 'int', parameters: ['int'] });
    expect(functions.probe_next).toMatchObject({ inline: true, type: { result: 'const probe_node *' } });
    expect(variables.probe_hook?.type).toEqual({ result: 'int', parameters: ['int'] });
    expect(variables.probe_name?.type).toBe('char[]');
    expect(constants).toMatchObject({ PROBE_SHIFT: { value: 16 }, PROBE_TEXT: { value: 'ab' } });
    expect(macros.PROBE_CALL).toMatchObject({ parameters: '(x)' });
  });

  it('agrees with the compiler about alignment', async () => {
    const { types } = await snapshotHeaders(
      await withProbe(`
        struct probe_natural { char a; double b; };
        struct __attribute__((packed)) probe_packed { char a; double b; };
        struct probe_wide { _Alignas(32) char a; };
        struct probe_outer { struct probe_wide inner[2]; };
        struct probe_bits { uint32_t a : 3, b : 7; };
        _Static_assert(_Alignof(struct probe_natural) == 8 && _Alignof(struct probe_packed) == 1, "");
        _Static_assert(_Alignof(struct probe_wide) == 32 && _Alignof(struct probe_outer) == 32, "");
        _Static_assert(_Alignof(struct probe_bits) == 4, "");
      `),
    );
    const alignment = (name: string) => (types[name] as { alignment: number }).alignment;
    const names = ['natural', 'packed', 'wide', 'outer', 'bits'].map((name) => alignment(`probe_${name}`));
    expect(names).toEqual([8, 1, 32, 32, 4]);
  });
});

describe('a snapshot that cannot be had', () => {
  it('says what to install when there is no compiler', async () => {
    const found = snapshotHeaders(headers, { env: { PATH: await temporary() } });
    await expect(found).rejects.toMatchObject({
      code: 'MORTISE_ERR_TOOL_MISSING',
      expected: 'one of: cc, gcc, clang',
      remedy: expect.stringContaining('Install'),
    });
    await expect(snapshotHeaders(headers, { compiler: 'no-such-compiler -m64' })).rejects.toMatchObject({
      code: 'MORTISE_ERR_TOOL_MISSING',
      expected: 'one of: no-such-compiler',
    });
  });

  it.each([
    ['a syntax error', 'typedef struct probe { int a; }} probe;', /probe\.h:4:.*error:/],
    ['a missing header', '#include <no/such/header.h>', /no\/such\/header\.h/],
    ['an unknown type', 'extern nonsense_t probe_list[2];', /nonsense_t/],
  ])('hands on what the compiler says of %s', async (_, text, message) => {
    await expect(snapshotHeaders(await withProbe(text))).rejects.toMatchObject({
      code: 'MORTISE_ERR_ABI_HEADERS',
      found: expect.stringMatching(message),
    });
  });

  it('needs headers, and of its own their version', async () => {
    const empty = await temporary();
    await expect(snapshotHeaders(empty)).rejects.toMatchObject({ code: 'MORTISE_ERR_ABI_HEADERS' });
    const unversioned = await edited(['abi.h', /#define MORTISE_ABI_MAJOR.*\n/, '']);
    await expect(snapshotHeaders(unversioned)).rejects.toMatchObject({
      code: 'MORTISE_ERR_ABI_HEADERS',
      message: expect.stringContaining('MORTISE_ABI_MAJOR'),
    });
    await expect(loadSnapshot(join(empty, 'none'))).rejects.toMatchObject({
      code: 'MORTISE_ERR_FILE_MISSING',
    });
  });

  it.each([
    ['text', 'not JSON'],
    ['another document', '{"schema": 2}'],
    ['a snapshot with a field too many', undefined],
  ])('refuses %s', async (_, text) => {
    const path = join(await temporary(), 'x.json');
    await writeFile(path, text ?? JSON.stringify({ ...(await current()), more: 1 }));
    await expect(loadSnapshot(path)).rejects.toMatchObject({
      code: 'MORTISE_ERR_ABI_SNAPSHOT',
      subject: path,
    });
  });

  it('refuses to compare machines with different pointers', async () => {
    const snapshot = await current();
    expect(() => compareSnapshots(snapshot, { ...snapshot, pointerSize: 4 })).toThrow(
      /MORTISE_ERR_ABI_SNAPSHOT/,
    );
  });

  it('refuses an object file that is none of those it reads', async () => {
    const compiler = join(await temporary(), 'cc');
    const write = 'for last; do :; done; case "$*" in *abi.o*) echo nothing > abi.o;; *) exec cc "$@";; esac';
    await writeFile(compiler, `#!/bin/sh\n${write}\n`, { mode: 0o755 });
    await expect(snapshotHeaders(headers, { compiler })).rejects.toMatchObject({
      code: 'MORTISE_ERR_ABI_DEBUG',
    });
    expect(await readFile(compiler, 'utf8')).toContain('abi.o');
  });
});
