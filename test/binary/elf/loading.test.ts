/** Each rule of loading refuses a library in which one field is damaged, and takes the same library as it was built. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Loading } from '../../../src/binary/image.js';
import { bytesOf, imageFor, readBinary } from '../../../src/binary/index.js';
import { Patch } from './patch.js';

const here = process.platform === 'linux' && process.arch === 'x64';
const folder = mkdtempSync(join(tmpdir(), 'mortise-loading-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sources = join(import.meta.dirname, '../../../fuzz/sources');
const map = `-Wl,--version-script=${sources}/versions.map`;
const kinds = {
  plain: ['plain.c', '-Wl,--hash-style=gnu'],
  sysv: ['plain.c', '-Wl,--hash-style=sysv'],
  relr: ['plain.c', '-Wl,-z,pack-relative-relocs'],
  lazy: ['plain.c', '-Wl,-z,lazy,-z,norelro'],
  versions: ['versions.c', map],
  needs: ['plain.c'],
  tls: ['tls.c', '-DSIZE=8', '-ftls-model=initial-exec'],
  ifunc: ['ifunc.c'],
  filter: ['plain.c', '-Wl,-F,libm.so.6'],
} as const;
const built = new Map<string, Buffer>();

function library(kind: keyof typeof kinds): Buffer {
  let bytes = built.get(kind);
  if (!bytes) {
    const [source, ...flags] = kinds[kind];
    const path = join(folder, `${kind}.so`);
    execFileSync('gcc', ['-O1', '-w', '-fPIC', '-shared', join(sources, source), ...flags, '-o', path]);
    bytes = readFileSync(path);
    built.set(kind, bytes);
  }
  return bytes;
}

const read = (bytes: Buffer) => imageFor(readBinary(bytesOf(bytes)), 'x64');

function loadingOf(bytes: Buffer): Loading {
  return read(bytes).loading as Loading;
}

const [load, dynamic, note, tls, relro] = [1, 2, 4, 7, 0x6474e552];
const tag = {
  needed: 1,
  pltrelsz: 2,
  hash: 4,
  strtab: 5,
  symtab: 6,
  rela: 7,
  relasz: 8,
  relaent: 9,
  init: 12,
  fini: 13,
  pltrel: 20,
  jmprel: 23,
  initArray: 25,
  finiArray: 26,
  initArraySize: 27,
  finiArraySize: 28,
  relrSize: 35,
  relr: 36,
  relrEntry: 37,
  gnuHash: 0x6ffffef5,
  versym: 0x6ffffff0,
  relaCount: 0x6ffffff9,
  verdef: 0x6ffffffc,
  verneed: 0x6ffffffe,
  filter: 0x7fffffff,
};
const spare = 21; // DT_DEBUG, which a library has no use for

const relocation = (patch: Patch, nth: number, field: number) => patch.table(tag.rela) + nth * 24 + field;
/** The first relocation that names a symbol. */
const named = (patch: Patch, field: number) => relocation(patch, patch.value(tag.relaCount), field);

type Damage = [string, keyof typeof kinds, (patch: Patch) => Patch, RegExp, RegExp?];

const damages: Damage[] = [
  ['another version of ELF', 'plain', (p) => p.u32(20, 2), /ELF header/, /e_version/],
  ['a longer identification', 'plain', (p) => p.u8(12, 1), /ELF header/, /identification/],
  ['an unknown system', 'plain', (p) => p.u8(7, 77), /ELF header/, /EI_OSABI/],
  ['an unknown version of the ABI', 'plain', (p) => p.u8(8, 1), /ELF header/, /EI_ABIVERSION/],
  ['one of GNU’s that is too new', 'plain', (p) => p.u8(7, 3).u8(8, 4), /ELF header/, /EI_ABIVERSION/],

  [
    'no segment',
    'plain',
    (p) => [0, 1, 2, 3].reduce((all) => all.u32(all.segment(load), 0), p),
    /program headers|PT_/,
  ],
  ['segments in another order', 'plain', reversed, /program header/, /not in order/],
  ['an immense address', 'plain', (p) => p.u64(p.segment(load, 3) + 16, 0x200000003000 | 0), /./],
  [
    'memory beyond what can be linked',
    'plain',
    (p) => p.u64(p.segment(load, 3) + 40, 5 * 1024 ** 3),
    /program headers/,
    /too many bytes of memory/,
  ],
  [
    'an immense alignment',
    'plain',
    (p) => p.u64(p.segment(load, 3) + 48, 2 ** 31),
    /program header/,
    /bytes of alignment/,
  ],
  ['two dynamic sections', 'plain', (p) => p.u32(p.segment(note), dynamic), /program header/, /only be one/],
  [
    'no dynamic section',
    'plain',
    (p) => p.u32(p.segment(dynamic), 0),
    /program headers/,
    /no dynamic section/,
  ],
  ['an empty dynamic section', 'plain', (p) => p.u64(p.segment(dynamic) + 32, 0), /PT_DYNAMIC/, /is empty/],
  ['a dynamic section in code', 'plain', dynamicInCode, /PT_DYNAMIC/],
  ['RELRO before all', 'plain', (p) => p.u64(p.segment(relro) + 40, 0x100000), /PT_GNU_RELRO/, /outside/],
  [
    'RELRO over code',
    'plain',
    (p) => p.u64(p.segment(relro) + 16, 0x1000).u64(p.segment(relro) + 40, 0x1000),
    /PT_GNU_RELRO/,
    /no longer be executable/,
  ],
  [
    'storage of threads with more bytes than memory',
    'tls',
    (p) => p.u64(p.segment(tls) + 32, 0x1000),
    /PT_TLS/,
    /more bytes in the file/,
  ],
  ['its first values at address 0', 'tls', (p) => p.u64(p.segment(tls) + 16, 0), /PT_TLS/, /address 0/],
  ['its first values elsewhere', 'tls', (p) => p.u64(p.segment(tls) + 16, 0x900000), /PT_TLS/, /outside/],
  ['an odd alignment of it', 'tls', (p) => p.u64(p.segment(tls) + 48, 3), /PT_TLS/, /power of two/],
  [
    'storage of threads that is gone',
    'tls',
    (p) => p.u64(p.segment(tls) + 32, 0).u64(p.segment(tls) + 40, 0),
    /DT_RELA\[/,
    /no thread-local storage/,
  ],
  [
    'program headers that are elsewhere',
    'plain',
    (p) => p.u32(p.segment(note), 6),
    /PT_PHDR/,
    /not where the program headers/,
  ],
  [
    'notes beyond the file',
    'plain',
    (p) => p.u64(p.segment(note) + 32, 0x100000),
    /PT_NOTE/,
    /outside the file/,
  ],

  ['no strings', 'plain', (p) => p.dynamic(tag.strtab, { tag: spare }), /DT_|dynamic/],
  ['no symbols', 'plain', (p) => p.dynamic(tag.symtab, { tag: spare }), /DT_SYMTAB/, /needs this entry/],
  [
    'relocations without an entry’s size',
    'plain',
    (p) => p.dynamic(tag.relaent, { tag: spare }),
    /DT_RELAENT/,
  ],
  ['relocations of another size', 'plain', (p) => p.dynamic(tag.relaent, { value: 16 }), /DT_RELAENT/],
  ['relocations without their size', 'plain', (p) => p.dynamic(tag.relasz, { tag: spare }), /DT_RELASZ/],
  [
    'fewer relocations than are counted',
    'plain',
    (p) => p.dynamic(tag.relaCount, { value: 1000 }),
    /DT_RELACOUNT/,
  ],
  ['calls without their kind', 'lazy', (p) => p.dynamic(tag.pltrel, { tag: spare }), /DT_PLTREL$/, /needs/],
  ['calls of another kind', 'lazy', (p) => p.dynamic(tag.pltrel, { value: 17 }), /DT_PLTREL$/],
  ['calls without their table', 'lazy', (p) => p.dynamic(tag.jmprel, { tag: spare }), /DT_JMPREL/],
  ['calls without their size', 'lazy', (p) => p.dynamic(tag.pltrelsz, { tag: spare }), /DT_PLTRELSZ/],
  ['a filter without a name', 'filter', (p) => p.dynamic(tag.filter, { value: 0 }), /DT_FILTER/],
  [
    'packed relocations without an entry’s size',
    'relr',
    (p) => p.dynamic(tag.relrEntry, { tag: spare }),
    /DT_RELRENT/,
  ],
  ['packed relocations of another size', 'relr', (p) => p.dynamic(tag.relrEntry, { value: 4 }), /DT_RELRENT/],
  [
    'packed relocations without their size',
    'relr',
    (p) => p.dynamic(tag.relrSize, { tag: spare }),
    /DT_RELRSZ/,
  ],
  ['packed relocations elsewhere', 'relr', (p) => p.dynamic(tag.relr, { value: 0x900000 }), /DT_RELR/],
  [
    'a bitmap without an address',
    'relr',
    (p) => p.u64(p.table(tag.relr), 3),
    /DT_RELR\[0\]/,
    /start with an address/,
  ],
  [
    'a packed relocation into what is read only',
    'relr',
    (p) => p.u64(p.table(tag.relr), 0x40),
    /DT_RELR\[0\]/,
    /outside the writable/,
  ],
  ['a bit that leads out', 'relr', (p) => p.u64(p.table(tag.relr) + 8, 0xffffffffffffffffn), /DT_RELR\[1\]/],

  ['an initialiser elsewhere', 'plain', (p) => p.dynamic(tag.init, { value: 0x900000 }), /DT_INIT$/],
  [
    'an initialiser in data',
    'plain',
    (p) => p.dynamic(tag.init, { value: p.value(tag.initArray) }),
    /DT_INIT$/,
  ],
  ['a finaliser in data', 'plain', (p) => p.dynamic(tag.fini, { value: p.value(tag.initArray) }), /DT_FINI$/],
  [
    'initialisers without their size',
    'plain',
    (p) => p.dynamic(tag.initArraySize, { tag: spare }),
    /DT_INIT_ARRAYSZ/,
  ],
  [
    'finalisers without their size',
    'plain',
    (p) => p.dynamic(tag.finiArraySize, { tag: spare }),
    /DT_FINI_ARRAYSZ/,
  ],
  [
    'initialisers elsewhere',
    'plain',
    (p) => p.dynamic(tag.initArray, { value: 0x900000 }),
    /DT_INIT_ARRAY/,
    /outside/,
  ],
  [
    'more initialisers than any library has',
    'plain',
    (p) => p.dynamic(tag.initArraySize, { value: 65_537 * 8 }),
    /DT_INIT_ARRAY/,
    /too many functions/,
  ],
  [
    'an initialiser that is not relocated',
    'plain',
    (p) => p.dynamic(tag.initArraySize, { value: 40 }),
    /DT_INIT_ARRAY\[/,
    /lead to code/,
  ],
  [
    'an initialiser in data, once relocated',
    'plain',
    (p) => p.u64(relocation(p, 0, 16), p.value(tag.initArray)),
    /_ARRAY\[0\]/,
    /lead to code/,
  ],
  [
    'a relocation across two initialisers',
    'plain',
    (p) => p.u64(relocation(p, 0, 0), p.value(tag.initArray) + 4),
    /_ARRAY/,
    /across its entries/,
  ],

  [
    'a relocation of another kind among the relative ones',
    'plain',
    (p) => p.u32(relocation(p, 0, 8), 1),
    /DT_RELA\[0\]/,
    /counted as a relative/,
  ],
  [
    'a relocation of an unknown kind',
    'plain',
    (p) => p.u32(named(p, 8), 200),
    /DT_RELA\[/,
    /does not know its type/,
  ],
  ['a copy', 'plain', (p) => p.u32(named(p, 8), 5), /DT_RELA\[/, /copies a variable/],
  ['a symbol that there is not', 'plain', (p) => p.u32(named(p, 12), 0x100000), /DT_SYMTAB/, /outside/],
  [
    'a symbol whose name is nowhere',
    'plain',
    (p) => p.u32(p.table(tag.symtab) + 24, 0x900000),
    /DT_(RELA|JMPREL)\[/,
    /name of its symbol/,
  ],
  ['a relocation of code', 'plain', (p) => p.u64(named(p, 0), 0x1000), /DT_RELA\[/, /outside the writable/],
  [
    'a relocation beyond all',
    'plain',
    (p) => p.u64(named(p, 0), 0x900000),
    /DT_RELA\[/,
    /outside the writable/,
  ],
  [
    'a relocation of the dynamic section',
    'plain',
    (p) => p.u64(named(p, 0), addressOf(p, dynamic)),
    /DT_RELA\[/,
    /writes into the dynamic section/,
  ],
  [
    'a resolver in data',
    'ifunc',
    (p) => p.u64(irelative(p) + 16, p.value(tag.initArray)),
    /DT_(RELA|JMPREL)\[/,
    /resolver is not code/,
  ],
  [
    'the resolver of a symbol in data',
    'ifunc',
    (p) => p.u64(p.table(tag.symtab) + p.symbol('chosen') * 24 + 8, p.value(tag.initArray)),
    /DT_(RELA|JMPREL)\[/,
    /resolver of its symbol/,
  ],

  [
    'a filter that is no power of two',
    'plain',
    (p) => p.u32(p.table(tag.gnuHash) + 8, 3),
    /DT_GNU_HASH/,
    /power of two|outside/,
  ],
  [
    'an immense number of buckets',
    'plain',
    (p) => p.u32(p.table(tag.gnuHash), 0x100000),
    /DT_GNU_HASH/,
    /outside/,
  ],
  [
    'a bucket before the first symbol',
    'plain',
    (p) => p.u32(bucket(p), 1),
    /DT_GNU_HASH, bucket 0/,
    /no such symbol/,
  ],
  [
    'a definition that became an import',
    'plain',
    (p) => p.u16(p.table(tag.symtab) + p.symbol('exported_number') * 24 + 6, 0),
    /DT_GNU_HASH/,
    /undefined, and has a value/,
  ],
  ['an older chain that leads into itself', 'sysv', loop, /DT_HASH, bucket/, /twice/],
  [
    'an older bucket that leads out',
    'sysv',
    (p) => p.u32(p.table(tag.hash) + 8, 9999),
    /DT_HASH, bucket 0/,
    /no such symbol/,
  ],
  [
    'an older chain with a name that is nowhere',
    'sysv',
    (p) => p.u32(p.table(tag.symtab) + p.symbol('exported_call') * 24, 0x900000),
    /DT_HASH|DT_JMPREL|DT_RELA/,
    /outside/,
  ],

  [
    'no versions of symbols',
    'needs',
    (p) => p.dynamic(tag.versym, { tag: spare }),
    /DT_VERSYM/,
    /need this entry/,
  ],
  [
    'versions of symbols elsewhere',
    'needs',
    (p) => p.dynamic(tag.versym, { value: 0x900000 }),
    /DT_VERSYM/,
    /outside/,
  ],
  [
    'a version that there is not',
    'needs',
    (p) => p.u16(p.table(tag.versym) + p.symbol('__cxa_finalize') * 2, 99),
    /DT_VERSYM\[/,
    /no such version/,
  ],
  [
    'a list of needs in another format',
    'needs',
    (p) => p.u16(p.table(tag.verneed), 2),
    /DT_VERNEED/,
    /format/,
  ],
  [
    'another hash of a version',
    'needs',
    (p) => p.u32(p.table(tag.verneed) + 16, 1),
    /DT_VERNEED/,
    /hash of a version/,
  ],
  [
    'versions whose list leads out',
    'versions',
    (p) => p.u32(p.table(tag.verdef) + 16, 0x900000),
    /DT_VERDEF/,
    /outside/,
  ],
  [
    'a version whose name is elsewhere',
    'versions',
    (p) => p.u32(p.table(tag.verdef) + 12, 0x900000),
    /DT_VERDEF/,
    /outside/,
  ],
  [
    'a version without a name',
    'versions',
    (p) => p.u32(p.table(tag.verdef) + 20, 0x900000),
    /DT_VERDEF/,
    /outside/,
  ],
]; // prettier-ignore

describe.runIf(here)(`rules of loading${here ? '' : ' (needs Linux on x64)'}`, () => {
  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('take what gcc builds: %s', (kind) => {
    expect(loadingOf(library(kind)).fault).toBeUndefined();
  });

  it.each(['plain', 'sysv'] as const)('find what gcc exports: %s', (kind) => {
    expect(read(library(kind)).exports).toEqual(
      expect.arrayContaining(['exported_call', 'exported_number', 'exported_texts']),
    );
  });

  it.each(damages)('refuse %s', (_, kind, damage, where, message = /./) => {
    let problem: { where?: string; message: string } | undefined;
    try {
      problem = loadingOf(damage(new Patch(library(kind))).bytes).fault;
    } catch (error) {
      [problem] = (error as { problems: [typeof problem] }).problems;
    }
    expect(problem).toMatchObject({
      where: expect.stringMatching(where),
      message: expect.stringMatching(message),
    });
  });

  it('a symbol that its hash table does not lead to is asked of others, and is no export', () => {
    const patch = new Patch(library('plain'));
    const hidden = patch.symbol('exported_number');
    const image = read(
      patch.u32(chain(patch, hidden), 0x12340 | (patch.bytes[chain(patch, hidden)] as number & 1)).bytes,
    );
    expect(image.exports).not.toContain('exported_number');
    expect(image.exports).toContain('exported_call');
    expect(image.loading).toMatchObject({ lost: [{ name: 'exported_number' }] });
    expect(image.loading?.fault).toBeUndefined();
  });

  it('what the loader never looks at is no reason', () => {
    const patch = new Patch(library('plain'));
    patch.u16(58, 17); // the size of a section header
    patch.u8(patch.table(tag.symtab) + 4, 0x12); // symbol 0
    patch.dynamic(10, { value: 1 }); // DT_STRSZ
    patch.dynamic(11, { value: 7 }); // DT_SYMENT
    expect(read(patch.bytes)).toMatchObject({ dependencies: ['libc.so.6'], loading: { fault: undefined } });
  });

  it('storage of threads at a fixed place is counted with what aligns it', () => {
    expect(loadingOf(library('tls')).staticTls).toEqual({ size: 16, align: 4 });
    expect(loadingOf(library('plain')).staticTls).toBeUndefined();
  });

  it('segments for smaller pages are said to be that', () => {
    const path = join(folder, 'pages.so');
    const flags = ['-Wl,-z,max-page-size=512,-z,common-page-size=512'];
    execFileSync('gcc', ['-O1', '-w', '-fPIC', '-shared', join(sources, 'ifunc.c'), ...flags, '-o', path]);
    const patch = new Patch(readFileSync(path));
    expect(loadingOf(patch.bytes).fault).toBeUndefined();
    expect(loadingOf(patch.bytes).page).toBeLessThan(4096);
    for (let nth = 0; nth < 4; nth++) patch.u64(patch.segment(load, nth) + 48, 4096);
    expect(loadingOf(patch.bytes).fault).toMatchObject({
      message: expect.stringMatching('last segment starts'),
    });
  });
});

function reversed(patch: Patch): Patch {
  const [first, second] = [patch.segment(load, 1), patch.segment(load, 2)];
  const copy = Buffer.from(patch.bytes.subarray(first, first + 56));
  patch.bytes.copyWithin(first, second, second + 56);
  copy.copy(patch.bytes, second);
  return patch;
}

/** The bytes of the dynamic section, but where nothing can be written to. */
function dynamicInCode(patch: Patch): Patch {
  return patch.u64(patch.segment(dynamic) + 16, 0x1000);
}

function addressOf(patch: Patch, type: number): number {
  return Number(patch.bytes.readBigUInt64LE(patch.segment(type) + 16));
}

function irelative(patch: Patch): number {
  for (const [table, size] of [
    [tag.rela, tag.relasz],
    [tag.jmprel, tag.pltrelsz],
  ] as const) {
    for (let at = 0; at < patch.value(size); at += 24) {
      const start = patch.table(table) + at;
      if (patch.bytes.readUInt32LE(start + 8) === 37) return start;
    }
  }
  throw new Error('no resolver');
}

const filterWords = (patch: Patch) => patch.bytes.readUInt32LE(patch.table(tag.gnuHash) + 8);
const bucket = (patch: Patch) => patch.table(tag.gnuHash) + 16 + filterWords(patch) * 8;

/** The link of a symbol in GNU’s hash table. */
function chain(patch: Patch, symbol: number): number {
  const start = patch.table(tag.gnuHash);
  const [buckets, first] = [patch.bytes.readUInt32LE(start), patch.bytes.readUInt32LE(start + 4)];
  return bucket(patch) + buckets * 4 + (symbol - first) * 4;
}

function loop(patch: Patch): Patch {
  const start = patch.table(tag.hash);
  const buckets = patch.bytes.readUInt32LE(start);
  for (let index = 0; index < buckets; index++) {
    const symbol = patch.bytes.readUInt32LE(start + 8 + index * 4);
    if (symbol !== 0) return patch.u32(start + 8 + (buckets + symbol) * 4, symbol);
  }
  throw new Error('no symbol');
}
