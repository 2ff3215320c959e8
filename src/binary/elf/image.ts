/** An ELF file as an image. */
import type { ByteSource, Image } from '../image.js';
import { countSymbols } from './count.js';
import { type Dynamic, readDynamic, tags } from './dynamic.js';
import { fileTypes, type Header, readHeader } from './header.js';
import { readLoading } from './loading/loading.js';
import { archOf, defaultsToExecStack } from './machine.js';
import { readNotes } from './notes.js';
import { ownSections, producersIn, readSections } from './sections.js';
import { readSegments, type Segments, segmentTypes } from './segments.js';
import { readSymbols, type Symbols } from './symbols.js';
import { libcOf, osOf } from './system.js';
import { newestOf, readVersionNeeds } from './versions.js';

/** DF_1_PIE in DT_FLAGS_1: a position-independent executable. */
const pieFlag = 0x0800_0000;
/** DF_1_NODEFLIB there. */
const noDefaultFlag = 0x0800;
const executableFlag = 1;

const noSymbols: Symbols = {
  exports: [],
  uniqueExports: [],
  imports: [],
  weakImports: [],
  symbols: new Map(),
};

/** Reads what the program's loader reads: program headers and the dynamic section. */
export function readElf(source: ByteSource, withSymbols: boolean): Image {
  const header = readHeader(source);
  const segments = readSegments(source, header);
  const dynamic = readDynamic(source, header, segments);
  const sections = readSections(source, header);
  const count =
    dynamic && withSymbols ? countSymbols({ source, header, segments, dynamic }, sections) : undefined;
  const { loading, findable } = readLoading(
    source,
    header,
    segments,
    dynamic,
    withSymbols ? (count ?? 0) : undefined,
  );
  const found =
    dynamic && count !== undefined
      ? readSymbols(source, header, segments, dynamic, count, findable)
      : noSymbols;
  const versionNeeds = (dynamic ? readVersionNeeds(source, header, segments, dynamic) : []).map(
    ({ library, version }) => ({ library, version }),
  );
  const notes = readNotes(source, header, segments);

  const arch = archOf(header.machine, header.wide, header.little);
  const interpreter = interpreterIn(source, segments);
  const dependencies = dynamic?.needed ?? [];
  const libc = libcOf({ os: notes.os, interpreter, soname: dynamic?.soname, dependencies, versionNeeds });
  const os = osOf(header.osabi, notes.os, libc);
  return {
    format: 'elf',
    arch,
    bits: header.wide ? 64 : 32,
    endian: header.little ? 'little' : 'big',
    kind: kindOf(header, dynamic, interpreter),
    os,
    ...found,
    dependencies,
    weakDependencies: dynamic?.optional ?? [],
    soname: dynamic?.soname,
    rpath: dynamic?.rpath ?? [],
    runpath: dynamic?.runpath ?? [],
    noDefaultDirectories: ((dynamic?.values.get(tags.flags1) ?? 0) & noDefaultFlag) !== 0,
    versionNeeds,
    newestVersions: newestOf(versionNeeds),
    execStack: hasExecStack(header, segments, arch, os),
    libc,
    buildId: notes.buildId,
    producers: producersIn(source, sections),
    sections: ownSections(source, sections),
    loading: { ...loading, isa: notes.isa },
  };
}

/**
 * Executables have had the type of a shared library since they became position-independent. The flag tells
 * them apart; older linkers didn't set it, but an interpreter without a name to link by says the same.
 * (libc.so.6 has an interpreter too, and a name.)
 */
function kindOf(
  header: Header,
  dynamic: Dynamic | undefined,
  interpreter: string | undefined,
): Image['kind'] {
  if (header.type === fileTypes.relocatable) return 'object';
  if (header.type === fileTypes.executable) return 'executable';
  if (header.type !== fileTypes.shared) return 'other';
  const flags = dynamic?.values.get(tags.flags1) ?? 0;
  if (flags & pieFlag) return 'executable';
  return interpreter !== undefined && dynamic?.soname === undefined ? 'executable' : 'shared';
}

function interpreterIn(source: ByteSource, segments: Segments): string | undefined {
  const segment = segments.all.find(({ type }) => type === segmentTypes.interpreter);
  if (!segment || segment.fileSize > 4096 || segment.offset + segment.fileSize > source.size)
    return undefined;
  return source.read(segment.offset, segment.fileSize).toString('utf8').replace(/\0.*$/s, '');
}

function hasExecStack(header: Header, segments: Segments, arch: string, os: string | undefined): boolean {
  const stack = segments.all.findLast(({ type }) => type === segmentTypes.gnuStack);
  if (stack) return (stack.flags & executableFlag) !== 0;
  const loads = header.type === fileTypes.shared || header.type === fileTypes.executable;
  return loads && (os === undefined || os === 'linux') && defaultsToExecStack(arch);
}
