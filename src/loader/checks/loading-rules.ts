/** The rules of the system's loader: each says what it would refuse an image for. */

import type { Loading } from '../../binary/image.js';
import type { ByteSource, Image } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import { linked } from '../closure.js';
import { supportedHwcaps } from '../dependencies/index.js';
import type { Evidence, HostFacts } from '../record.js';
import { systemPageSize } from '../system/page-size.js';
import { staticTlsSurplus } from '../system/static-tls.js';

export type File = Pick<Evidence, 'path'> & { source: ByteSource; image: Image };
export type Rule = (loading: Loading, file: File, host: HostFacts) => Problem | undefined;

/** What the file alone tells, and what this machine must be asked for too. */
export const anywhere: readonly Rule[] = [mayBeOpened, hasMarker];
export const here: readonly Rule[] = [fitsPages, namesNeeded, fitsTls, fitsProcessor];
/** Of them, what each library of a plugin must meet too; what versions they name, `versions` knows. */
export const alike: readonly Rule[] = [fitsPages, fitsTls, fitsProcessor];

function mayBeOpened({ noOpen }: Loading): Problem | undefined {
  if (!noOpen) return undefined;
  return {
    code: 'MORTISE_ERR_NOT_OPENABLE',
    message: 'it was linked so that no running program may open it',
    where: 'DT_FLAGS_1',
    expected: 'no NOOPEN',
    found: 'NOOPEN',
    remedy: 'Link it without -Wl,-z,nodlopen.',
  };
}

function fitsPages({ page }: Loading): Problem | undefined {
  const size = systemPageSize();
  if (page >= size) return undefined;
  return {
    code: 'MORTISE_ERR_PAGE_SIZE',
    message: `its segments fit pages of ${page} bytes, this system has ${size}`,
    where: 'program headers',
    expected: `addresses and offsets that agree in a page of ${size} bytes`,
    found: `${page} bytes`,
    remedy: `Link it with -Wl,-z,max-page-size=${Math.max(size, 65_536)}.`,
  };
}

/** glibc since 2.36. The marker keeps a library from older ones, which would not relocate it. */
function hasMarker(
  { packed }: Loading,
  { image: { dependencies, versionNeeds } }: File,
): Problem | undefined {
  if (!packed || versionNeeds.length === 0 || !dependencies.some((name) => name.startsWith('libc.so.')))
    return undefined;
  if (versionNeeds.some(({ version }) => version === marker)) return undefined;
  return {
    code: 'MORTISE_ERR_RELR_MARKER',
    message: `it has packed relocations, and does not need ${marker}`,
    where: 'DT_RELR',
    expected: `${marker} of libc.so.6`,
    found: 'no such version need',
    remedy: 'Link it with -Wl,-z,pack-relative-relocs instead of --pack-dyn-relocs=relr.',
  };
}

/** glibc ends the process when a version is asked of a library that nothing needs. */
function namesNeeded(_: Loading, file: File, host: HostFacts): Problem | undefined {
  if (host.libc.name !== 'glibc') return undefined;
  const { image } = file;
  const asked = new Set(image.versionNeeds.map(({ library }) => library));
  const known = new Set(image.dependencies);
  if (![...asked].some((name) => !known.has(name))) return undefined;
  const { dependencies, loaded } = linked(file, host).closure;
  for (const { name } of dependencies) known.add(name);
  const stray = [...asked].find((name) => !known.has(name) && !loaded?.has(name));
  if (stray === undefined) return undefined;
  return {
    code: 'MORTISE_ERR_BINARY_MALFORMED',
    message: `it asks for versions of ${stray}, which it does not need`,
    where: 'DT_VERNEED',
    expected: `DT_NEEDED ${stray}`,
    found: image.dependencies.length > 0 ? `DT_NEEDED ${image.dependencies.join(', ')}` : 'no DT_NEEDED',
    remedy: 'Link it again: a tool that changed its dependencies afterwards left the versions behind.',
  };
}

const marker = 'GLIBC_ABI_DT_RELR';
/** What glibc aligns the storage of a thread to, on every processor. */
const maxTlsAlignment = 64;

export function fitsTls({ staticTls }: Loading, _: unknown, { libc }: HostFacts): Problem | undefined {
  if (!staticTls || libc.name !== 'glibc') return undefined;
  const surplus = staticTlsSurplus();
  if (staticTls.size <= surplus && staticTls.align <= maxTlsAlignment) return undefined;
  return {
    code: 'MORTISE_ERR_STATIC_TLS',
    message: `it needs ${staticTls.size} bytes in each thread from its start on, and at most ${surplus} are left`,
    where: 'PT_TLS',
    expected: `at most ${surplus} bytes, aligned to at most ${maxTlsAlignment}`,
    found: `${staticTls.size} bytes, aligned to ${staticTls.align}`,
    remedy:
      'Compile it without -ftls-model=initial-exec, or start with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=N.',
  };
}

/** The bits of GNU_PROPERTY_X86_ISA_1_NEEDED (x86-64 psABI), lowest first. */
const levels = ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'];

function fitsProcessor({ isa = 0 }: Loading, _: File, { arch, libc }: HostFacts): Problem | undefined {
  if (arch !== 'x64' || libc.name !== 'glibc') return undefined;
  const supported = ['x86-64', ...supportedHwcaps()];
  const missing = Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => (isa >>> bit) & 1)
    .map((bit) => levels[bit] ?? `level ${bit + 1}`)
    .find((level) => !supported.includes(level));
  if (missing === undefined) return undefined;
  return {
    code: 'MORTISE_ERR_CPU_LEVEL',
    message: `it is for ${missing}, this processor has ${supported[1] ?? supported[0]}`,
    where: 'GNU_PROPERTY_X86_ISA_1_NEEDED',
    expected: `${supported[1] ?? supported[0]} or less`,
    found: missing,
    remedy: `Build it with -march=${supported[1] ?? supported[0]}, or run it on a newer processor.`,
  };
}
