/** A PE file as an image. */
import type { ByteSource, Image } from '../image.js';
import { readExports } from './exports.js';
import { archOf, characteristics, type Header, readHeader } from './header.js';
import { readImports } from './imports.js';
import { readFault } from './loading.js';

/** Subsystems 10 to 13 are EFI programs, drivers and ROMs (PE Format, "Windows Subsystem"). */
const efi = { first: 10, last: 13 };

export function readPe(source: ByteSource): Image {
  const header = readHeader(source);
  const { exports, symbols, soname } = readExports(source, header);
  const imports = readImports(source, header);
  return {
    format: 'pe',
    arch: archOf(header.machine),
    bits: header.wide ? 64 : 32,
    endian: 'little',
    kind: kindOf(header),
    os: header.subsystem >= efi.first && header.subsystem <= efi.last ? undefined : 'win32',
    exports,
    ...imports,
    soname,
    rpath: [],
    runpath: [],
    versionNeeds: [],
    newestVersions: {},
    execStack: false,
    libc: imports.dependencies.some(isMsvc) ? 'msvc' : 'none',
    symbols,
    producers: [],
    fault: readFault(source, header),
  };
}

function kindOf(header: Header): Image['kind'] {
  if (header.characteristics & characteristics.dll) return 'shared';
  return header.characteristics & characteristics.executable ? 'executable' : 'object';
}

function isMsvc(library: string): boolean {
  return /^(msvcr\w*|ucrtbased?|vcruntime\w*|api-ms-win-crt-[\w-]*)\.dll$/i.test(library);
}
