/** Reads the load commands of a Mach-O file. */
import { hex, malformed, tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { maxNameLength } from '../names.js';
import type { Header } from './header.js';

/** One load command: struct load_command of <mach-o/loader.h>, and what follows it. */
export interface Command {
  index: number;
  type: number;
  fields: Fields;
}

export const commandTypes = {
  segment: 0x1,
  symbols: 0x2,
  dynamicSymbols: 0xb,
  loadDylib: 0xc,
  idDylib: 0xd,
  segment64: 0x19,
  uuid: 0x1b,
  codeSignature: 0x1d,
  lazyLoadDylib: 0x20,
  dyldInfo: 0x22,
  versionMinMacos: 0x24,
  versionMinIos: 0x25,
  buildVersion: 0x32,
  loadWeakDylib: 0x80000018,
  rpath: 0x8000001c,
  reexportDylib: 0x8000001f,
  dyldInfoOnly: 0x80000022,
  loadUpwardDylib: 0x80000023,
  exportsTrie: 0x80000033,
} as const;

/** The smallest command that is looked at, by type: fields past its end would be those of the next one. */
const leastSizes = new Map<number, number>([
  [commandTypes.segment, 56],
  [commandTypes.segment64, 72],
  [commandTypes.symbols, 24],
  [commandTypes.dynamicSymbols, 80],
  [commandTypes.loadDylib, 24],
  [commandTypes.loadWeakDylib, 24],
  [commandTypes.reexportDylib, 24],
  [commandTypes.lazyLoadDylib, 24],
  [commandTypes.loadUpwardDylib, 24],
  [commandTypes.idDylib, 24],
  [commandTypes.rpath, 12],
  [commandTypes.uuid, 24],
  [commandTypes.codeSignature, 16],
  [commandTypes.dyldInfo, 48],
  [commandTypes.dyldInfoOnly, 48],
  [commandTypes.exportsTrie, 16],
  [commandTypes.versionMinMacos, 16],
  [commandTypes.buildVersion, 24],
]);

export function readCommands(source: ByteSource, header: Header): Command[] {
  const { commands: all, commandCount, little, wide } = header;
  const commands: Command[] = [];
  let at = 0;
  for (let index = 0; index < commandCount; index++) {
    const where = `load command ${index}`;
    const size = at + 8 <= all.length ? all.u32(at + 4) : 0;
    const type = size > 0 ? all.u32(at) : 0;
    const least = leastSizes.get(type) ?? 8;
    if (size < least || at + size > all.length) {
      throw malformed(source, where, 'its size is wrong', {
        expected: `${least} to ${Math.max(0, all.length - at)} bytes`,
        found: String(size),
      });
    }
    commands.push({ index, type, fields: new Fields(all.bytes.subarray(at, at + size), little, wide) });
    at += size;
  }
  return commands;
}

/** union lc_str: an offset from the start of the command to a string inside it. */
export function textIn(source: ByteSource, command: Command): string {
  const { bytes, length } = command.fields;
  const start = command.fields.u32(8);
  const where = `load command ${command.index}`;
  if (start >= length) {
    throw malformed(source, where, 'its name lies outside of it', {
      expected: `below ${length}`,
      found: hex(start),
    });
  }
  const { end } = nameIn(command);
  if (end - start > maxNameLength)
    throw tooMuch(source, where, 'bytes in a name', maxNameLength, end - start);
  return bytes.toString('utf8', start, end);
}

/** Where the string ends, and whether with a zero. */
export function nameIn({ fields }: Command): { end: number; hasEnd: boolean } {
  const zero = fields.bytes.indexOf(0, fields.u32(8));
  return { end: zero < 0 ? fields.length : zero, hasEnd: zero >= 0 };
}

/** The last command of a type; dyld takes one of each of these. */
export function find(commands: readonly Command[], ...types: number[]): Command | undefined {
  return commands.findLast(({ type }) => types.includes(type));
}
