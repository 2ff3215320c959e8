/** What the system's loader refuses, or would follow to its end: said before it is asked. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostFacts } from '../../src/host/facts.js';
import type { HostFacts } from '../../src/loader/record.js';
import { verifyFile } from '../../src/verify/file.js';
import { directory } from '../host/open.js';
import { build } from '../support/plugins/build.js';
import { patchDynamic, tag } from './dynamic-entry.js';

const here = process.platform === 'linux' && process.arch === 'x64';

async function checkOf(path: string, id: string, facts: Partial<HostFacts> = {}) {
  const { checks } = await verifyFile(path, { ...(await hostFacts()), ...facts });
  return checks.find((check) => check.id === id);
}

describe.runIf(here)(`linking options${here ? '' : ' (needs Linux on x64)'}`, () => {
  it('takes a plugin as it is usually built', async () => {
    expect(await checkOf(build('decider.c'), 'loader')).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['-z nodlopen', ['-Wl,-z,nodlopen'], 'MORTISE_ERR_NOT_OPENABLE'],
    ['pages of 512 bytes', ['-Wl,-z,max-page-size=512,-z,common-page-size=512'], 'MORTISE_ERR_PAGE_SIZE'],
  ] as const)('refuses %s', async (_, flags, code) => {
    expect(await checkOf(build('decider.c', { flags }), 'loader')).toMatchObject({ status: 'fail', code });
  });

  it('refuses thread-local storage that no thread has room for', async () => {
    const flags = ['-ftls-model=initial-exec'];
    const small = build('storage.c', { flags, define: { SIZE: 400 } });
    expect(await checkOf(small, 'loader')).toMatchObject({ status: 'ok' });
    const large = build('storage.c', { flags, define: { SIZE: 65_536 } });
    expect(await checkOf(large, 'loader')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_STATIC_TLS' });
    expect(await checkOf(build('storage.c', { define: { SIZE: 65_536 } }), 'loader')).toMatchObject({
      status: 'ok',
    });
  });

  it('compares the level of the processor', async () => {
    const path = build('decider.c', { flags: ['-Wl,-z,x86-64-v4'] });
    const flags = /^flags.*\bavx512vl\b/m.test(readFileSync('/proc/cpuinfo', 'latin1'));
    expect(await checkOf(path, 'loader')).toMatchObject(
      flags ? { status: 'ok' } : { status: 'fail', code: 'MORTISE_ERR_CPU_LEVEL' },
    );
    const bytes = readFileSync(build('decider.c', { flags: ['-Wl,-z,x86-64-v3'] }));
    const property = bytes.indexOf(Buffer.from('02 80 00 c0 04 00 00 00'.replaceAll(' ', ''), 'hex'));
    expect(property).toBeGreaterThan(0);
    bytes.writeUInt32LE(0x10, property + 8);
    const newer = join(directory(), 'newer.so');
    writeFileSync(newer, bytes, { mode: 0o755 });
    expect(await checkOf(newer, 'loader')).toMatchObject({ code: 'MORTISE_ERR_CPU_LEVEL' });
  });

  it('refuses packed relocations that no version marks', async () => {
    const bytes = readFileSync(build('talker.c', { flags: ['-Wl,-z,pack-relative-relocs'] }));
    // A record of DT_VERNEED starts with the hash of the version, and has its name 8 bytes further on.
    const [marker, other] = [0x0fd0e42, 0x9691a75].map((hash) => {
      const start = Buffer.alloc(4);
      start.writeUInt32LE(hash);
      return bytes.indexOf(start);
    }) as [number, number];
    expect(marker, 'a linker that packs relocations').toBeGreaterThan(0);
    bytes.copy(bytes, marker, other, other + 4);
    bytes.copy(bytes, marker + 8, other + 8, other + 12);
    const path = join(directory(), 'packed.so');
    writeFileSync(path, bytes, { mode: 0o755 });
    expect(await checkOf(path, 'loader')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_RELR_MARKER' });
  });

  it('refuses an executable stack where the C library does', async () => {
    const path = build('decider.c', { flags: ['-Wl,-z,execstack'] });
    const stack = (version: string) => checkOf(path, 'stack', { libc: { name: 'glibc', version } });
    expect(await stack('2.40')).toMatchObject({ status: 'warn', code: 'MORTISE_WARN_EXEC_STACK' });
    expect(await stack('2.41')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_EXEC_STACK' });
  });
});

describe.runIf(here)(`entries that a tool damaged${here ? '' : ' (needs Linux on x64)'}`, () => {
  it.each<[string, keyof typeof tag, Parameters<typeof patchDynamic>[2], string]>([
    ['a wrong kind of relocation', 'pltrel', { value: 17 }, 'DT_PLTREL'],
    ['a wrong size of entries', 'relaent', { value: 16 }, 'DT_RELAENT'],
    ['no size of entries', 'relaent', { tag: 0x6ffffff9 }, 'DT_RELAENT'],
    ['a size beyond the segment', 'relasz', { value: 0x100000 }, 'DT_RELA'],
    ['relocations elsewhere', 'rela', { value: 0x900000 }, 'DT_RELA'],
    ['a constructor elsewhere', 'init', { value: 0x900000 }, 'DT_INIT'],
    ['constructors elsewhere', 'initArray', { value: 0x900000 }, 'DT_INIT_ARRAY'],
    ['a size of the linkage table beyond it', 'pltrelsz', { value: 0x100000 }, 'DT_JMPREL'],
    ['a linkage table elsewhere', 'jmprel', { value: 0x900000 }, 'DT_JMPREL'],
    ['no table of symbols', 'symtab', { tag: 21 }, 'DT_SYMTAB'],
  ])('refuses %s', async (_, entry, change, where) => {
    const path = join(directory(), 'damaged.so');
    writeFileSync(path, patchDynamic(readFileSync(build('talker.c')), tag[entry], change), { mode: 0o755 });
    const check = await checkOf(path, 'loader');
    expect(check).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_BINARY_MALFORMED' });
    expect(check?.problem?.where).toBe(where);
  });

  it('refuses versions of a library that is not needed', async () => {
    const bytes = readFileSync(build('decider.c', { flags: ['-Wl,--no-as-needed', '-lm'] }));
    // Its name in DT_VERNEED is made that of a library that nothing needs.
    const at = bytes.indexOf('libc.so.6\0');
    bytes.write('libq.so.6', at, 'latin1');
    const path = join(directory(), 'stray.so');
    writeFileSync(path, patchDynamic(bytes, 1, { tag: 21 }, 1), { mode: 0o755 });
    const checks = (await verifyFile(path, await hostFacts())).checks;
    expect(checks.find(({ id, status }) => id === 'loader' && status === 'fail')).toMatchObject({
      code: 'MORTISE_ERR_BINARY_MALFORMED',
      problem: { where: 'DT_VERNEED' },
    });
  });
});
