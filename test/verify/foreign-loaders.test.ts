/** What the loaders of macOS and Windows refuse, said on any machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/index.js';
import { buildMacho } from '../binary/macho/build-macho.js';
import { buildPe } from '../binary/pe/build-pe.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(id: string, name: string, bytes: Buffer, target: string) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { checks } = await verify(path, { target });
  return checks.find((check) => check.id === id);
}
const arm64 = 0x0100000c;

describe('verify --target', () => {
  it('darwin: takes what dyld takes', async () => {
    const bytes = buildMacho({ cpuType: arm64 });
    expect(await check('loader', 'good.dylib', bytes, 'darwin-arm64')).toMatchObject({
      status: 'ok',
      message: 'nothing in its headers that dyld refuses',
    });
  });

  it('darwin-arm64: refuses what is not signed', async () => {
    const bytes = buildMacho({ cpuType: arm64, signed: false });
    expect(await check('loader', 'unsigned.dylib', bytes, 'darwin-arm64')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_CODE_SIGNATURE',
      problem: { where: 'LC_CODE_SIGNATURE' },
    });
  });

  it('darwin-arm64: refuses arm64e', async () => {
    const bytes = buildMacho({ cpuType: arm64, cpuSubtype: 0x80000002 });
    expect(await check('arch', 'arm64e.dylib', bytes, 'darwin-arm64')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_ARCH_MISMATCH',
      message: 'plugin arm64e, target arm64',
    });
  });

  it('win32: refuses what Windows refuses, and takes the rest', async () => {
    const { bytes } = buildPe();
    expect(await check('loader', 'good.dll', bytes, 'win32-x64')).toMatchObject({ status: 'ok' });
    // SizeOfImage
    bytes.writeUInt32LE(0x1000, 0x40 + 24 + 56);
    expect(await check('loader', 'small.dll', bytes, 'win32-x64')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_BINARY_MALFORMED',
      message: 'the image is smaller than its sections',
    });
  });
});
