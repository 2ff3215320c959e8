/** What the rules of dyld look at: an image that is read as far as its load commands. */
import type { Problem } from '../../../errors.js';
import type { ByteSource } from '../../image.js';
import { type Command, commandTypes, find } from '../commands.js';
import type { Header } from '../header.js';

export interface Segment {
  name: string;
  index: number;
  address: number;
  offset: number;
  bytes: number;
  protection: number;
  /** Bytes behind the segment's own fields, and those that its sections take. */
  room: number;
  sections: number;
}

export interface Subject {
  source: ByteSource;
  header: Header;
  commands: readonly Command[];
  segments: readonly Segment[];
  /** The SDK's version as 16.8.8 bits; 0 where it isn't macOS's, or isn't said. */
  sdk: number;
}

/** What dyld would refuse; undefined when it takes that. */
export type Rule = (subject: Subject) => Omit<Problem, 'code'> | undefined;

/** PLATFORM_MACOS. */
const macos = 1;

export function subjectOf(source: ByteSource, header: Header, commands: readonly Command[]): Subject {
  return { source, header, commands, segments: segmentsOf(header, commands), sdk: sdkOf(commands) };
}

function segmentsOf({ wide }: Header, commands: readonly Command[]): Segment[] {
  const own = wide ? 72 : 56;
  return commands
    .filter(({ type }) => type === (wide ? commandTypes.segment64 : commandTypes.segment))
    .map(({ index, fields }) => ({
      name: fields.bytes.toString('latin1', 8, 24).replace(/\0.*$/s, ''),
      index,
      address: fields.word(24),
      offset: fields.word(wide ? 40 : 32),
      bytes: fields.word(wide ? 48 : 36),
      protection: fields.u32(wide ? 60 : 44),
      room: fields.length - own,
      sections: fields.u32(wide ? 64 : 48) * (wide ? 80 : 68),
    }));
}

function sdkOf(commands: readonly Command[]): number {
  const build = find(commands, commandTypes.buildVersion)?.fields;
  if (build) return build.u32(8) === macos ? build.u32(16) : 0;
  return find(commands, commandTypes.versionMinMacos)?.fields.u32(12) ?? 0;
}

/** A version as Mach-O writes it. */
export const version = (major: number, minor: number): number => major * 65_536 + minor * 256;

export function isMacos(commands: readonly Command[]): boolean {
  const build = find(commands, commandTypes.buildVersion);
  return build ? build.fields.u32(8) === macos : find(commands, commandTypes.versionMinIos) === undefined;
}
