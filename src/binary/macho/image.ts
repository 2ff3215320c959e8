/** A Mach-O file as an image. */
import type { ByteSource, Image } from '../image.js';
import { type Command, commandTypes, find, readCommands, textIn } from './commands.js';
import { archOf, fileTypes, type Header, readHeader } from './header.js';
import { readFault } from './loading/loading.js';
import { readLayout } from './segments.js';
import { readSymbols } from './symbols.js';

/** MH_ALLOW_STACK_EXECUTION. */
const execStackFlag = 0x20000;

const dependencyTypes: readonly number[] = [
  commandTypes.loadDylib,
  commandTypes.loadWeakDylib,
  commandTypes.reexportDylib,
  commandTypes.lazyLoadDylib,
  commandTypes.loadUpwardDylib,
];

/** Reads a thin image; the source starts at its header. */
export function readMacho(source: ByteSource, shape: { wide: boolean; little: boolean }): Image {
  const header = readHeader(source, shape);
  const commands = readCommands(source, header);
  const layout = readLayout(source, header, commands);
  const found = readSymbols(source, header, commands, layout);
  const texts = (...types: readonly number[]): string[] =>
    commands.filter(({ type }) => types.includes(type)).map((command) => textIn(source, command));

  const dependencies = [...new Set(texts(...dependencyTypes))];
  const id = find(commands, commandTypes.idDylib);
  const uuid = find(commands, commandTypes.uuid);
  return {
    format: 'macho',
    arch: archOf(header.cpuType, header.cpuSubtype),
    bits: header.wide ? 64 : 32,
    endian: header.little ? 'little' : 'big',
    kind: kindOf(header),
    os: osOf(commands),
    minimumOs: minimumOsOf(commands),
    ...found,
    dependencies,
    weakDependencies: [...new Set(texts(commandTypes.loadWeakDylib))],
    soname: id && textIn(source, id),
    rpath: [],
    runpath: texts(commandTypes.rpath),
    versionNeeds: [],
    newestVersions: {},
    execStack: (header.flags & execStackFlag) !== 0,
    libc: dependencies.some((name) => name.startsWith('/usr/lib/libSystem.')) ? 'macos' : 'none',
    buildId: uuid?.fields.bytes.toString('hex', 8, 24),
    producers: producersIn(commands),
    fault: readFault(source, header, commands),
  };
}

function kindOf({ fileType }: Header): Image['kind'] {
  if (fileType === fileTypes.dylib || fileType === fileTypes.bundle) return 'shared';
  if (fileType === fileTypes.executable) return 'executable';
  return fileType === fileTypes.object ? 'object' : 'other';
}

/** PLATFORM_* of <mach-o/loader.h> in Node's words; the ones that Node.js doesn't run on have none. */
const platforms: Record<number, string> = { 1: 'darwin', 2: 'ios', 6: 'darwin', 7: 'ios' };

/** Images from before these commands are macOS's: no other system of Apple's is that old. */
function osOf(commands: readonly Command[]): string | undefined {
  const build = find(commands, commandTypes.buildVersion);
  if (build) return platforms[build.fields.u32(8)];
  return find(commands, commandTypes.versionMinIos) ? 'ios' : 'darwin';
}

/** The release as 16.8.8 bits, of LC_BUILD_VERSION or the older LC_VERSION_MIN_MACOSX. */
function minimumOsOf(commands: readonly Command[]): string | undefined {
  const build = find(commands, commandTypes.buildVersion)?.fields.u32(12);
  const version = build ?? find(commands, commandTypes.versionMinMacos)?.fields.u32(8);
  if (!version) return undefined;
  const patch = version & 0xff;
  return `${version >>> 16}.${(version >>> 8) & 0xff}${patch ? `.${patch}` : ''}`;
}

/** TOOL_* of <mach-o/loader.h>. */
const tools: Record<number, string> = { 1: 'clang', 2: 'swift', 3: 'ld', 4: 'lld' };

/** struct build_tool_version, behind LC_BUILD_VERSION: a tool, and its version as 16.8.8 bits. */
function producersIn(commands: readonly Command[]): string[] {
  const build = find(commands, commandTypes.buildVersion)?.fields;
  if (!build) return [];
  const producers: string[] = [];
  for (let left = build.u32(20), at = 24; left > 0 && at + 8 <= build.length; left--, at += 8) {
    const version = build.u32(at + 4);
    const name = tools[build.u32(at)] ?? `tool ${build.u32(at)}`;
    producers.push(`${name} ${version >>> 16}.${(version >>> 8) & 0xff}.${version & 0xff}`);
  }
  return producers;
}
