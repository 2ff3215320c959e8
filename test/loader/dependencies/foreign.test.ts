import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/binary/index.js';
import { missingDependencies, resolveDependencies } from '../../../src/loader/dependencies/index.js';
import { workshop } from './workshop.js';

const { path, write } = workshop();

/** What a reader would say of a plugin that needs these. */
function image(format: Image['format'], arch: string, needs: Partial<Image>): Image {
  return {
    ...{ format, arch, bits: 64, endian: 'little', kind: 'shared' },
    ...{ exports: [], imports: [], weakImports: [], dependencies: [], weakDependencies: [] },
    ...{ rpath: [], runpath: [], versionNeeds: [], newestVersions: {}, execStack: false, libc: 'none' },
    ...{ symbols: new Map(), producers: [] },
    ...needs,
  };
}

/** mach_header_64 of an empty dylib. */
function dylib(file: string, cpu = 0x0100000c): string {
  const bytes = Buffer.alloc(32);
  [0xfeedfacf, cpu, 0, 6, 0, 0, 0, 0].forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return write(file, bytes);
}

/** Enough of a PE file to be one, and no more. */
const dosHeader = Buffer.alloc(68);
dosHeader.write('MZ');
dosHeader.writeUInt32LE(64, 60);
dosHeader.write('PE', 64);

describe('the search of dyld', () => {
  const resolve = (needs: Partial<Image>, env: NodeJS.ProcessEnv = {}) =>
    resolveDependencies(path('mac/app/plugin.dylib'), image('macho', 'arm64', needs), {
      platform: 'darwin',
      arch: 'arm64',
      env,
    });

  it('replaces @loader_path and @rpath, and lets DYLD_LIBRARY_PATH come first', () => {
    dylib('mac/app/lib/libnear.dylib');
    dylib('mac/other/libnear.dylib');
    const needs = { dependencies: ['@loader_path/lib/libnear.dylib'] };
    expect(resolve(needs)).toMatchObject([
      { path: path('mac/app/lib/libnear.dylib'), beside: true, via: 'rpath' },
    ]);
    const byRpath = { dependencies: ['@rpath/libnear.dylib'], runpath: ['/nowhere', '@loader_path/lib'] };
    expect(resolve(byRpath)).toMatchObject([
      { path: path('mac/app/lib/libnear.dylib'), beside: true, via: 'rpath' },
    ]);
    expect(resolve(byRpath, { DYLD_LIBRARY_PATH: path('mac/other') })).toMatchObject([
      { path: path('mac/other/libnear.dylib'), beside: false, via: 'environment' },
    ]);
  });

  it('counts the libraries of the shared cache as there', () => {
    const dependencies = [
      '/usr/lib/libSystem.B.dylib',
      '/System/Library/Frameworks/Security.framework/Versions/A/Security',
      '@rpath/libswiftCore.dylib',
    ];
    const found = resolve({ dependencies, runpath: ['/usr/lib/swift'] });
    expect(found.map(({ via }) => via)).toEqual(['cache', 'cache', 'cache']);
    expect(missingDependencies(found, 'darwin')).toEqual([]);
    // An rpath there makes no library of somebody else exist.
    const wrong = resolve({ dependencies: ['@rpath/libmine.dylib'], runpath: ['/usr/lib/swift'] });
    expect(missingDependencies(wrong, 'darwin')).toHaveLength(1);
  });

  it('passes over a slice for another processor, and lets a weak library be missing', () => {
    dylib('mac/app/intel/libkind.dylib', 0x01000007);
    dylib('mac/app/lib/libkind.dylib');
    const runpath = ['@loader_path/intel', '@loader_path/lib'];
    expect(resolve({ dependencies: ['@rpath/libkind.dylib'], runpath })).toMatchObject([
      { path: path('mac/app/lib/libkind.dylib') },
    ]);
    const dependencies = ['@rpath/libmaybe.dylib', '@rpath/libmust.dylib'];
    const found = resolve({ dependencies, weakDependencies: ['@rpath/libmaybe.dylib'], runpath });
    expect(missingDependencies(found, 'darwin')).toMatchObject([
      {
        message: '@rpath/libmust.dylib not found, needed by plugin.dylib',
        remedy: expect.stringMatching(/LC_RPATH/),
      },
    ]);
  });
});

describe.runIf(process.platform !== 'win32')("the search of Windows' loader", () => {
  it('looks beside the plugin, then in System32, then in PATH', () => {
    mkdirSync(dirname(path('win/app/x')), { recursive: true });
    for (const file of ['win/app/near.dll', 'win/Windows/System32/KERNEL32.dll', 'win/tools/far.dll']) {
      write(file, dosHeader);
    }
    const dependencies = [
      'near.dll',
      'KERNEL32.dll',
      'far',
      'api-ms-win-crt-heap-l1-1-0.dll',
      'node.exe',
      'gone.dll',
    ];
    const found = resolveDependencies(path('win/app/plugin.dll'), image('pe', 'x64', { dependencies }), {
      platform: 'win32',
      arch: 'x64',
      env: { systemroot: path('win/Windows'), Path: `C:\\x;${path('win/tools')}` },
    });
    expect(found.map(({ name, via, beside }) => [name, via, beside])).toEqual([
      ['near.dll', 'default', true],
      ['KERNEL32.dll', 'default', false],
      ['far', 'environment', false],
      ['api-ms-win-crt-heap-l1-1-0.dll', 'loaded', false],
      ['node.exe', 'loaded', false],
      ['gone.dll', 'environment', false],
    ]);
    const [missing, ...rest] = missingDependencies(found, 'win32');
    expect(rest).toEqual([]);
    expect(missing).toMatchObject({ message: 'gone.dll not found, needed by plugin.dll' });
    expect(missing?.found).toContain(join(path('win/Windows'), 'System32'));
  });
});
