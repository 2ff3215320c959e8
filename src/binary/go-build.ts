/** What the Go linker writes into every program: which module it is of, what it was built from, and by which Go. */
import type { ByteSource } from './image.js';

export interface GoBuild {
  /** `go1.26.8` */
  go: string;
  /** The package of its `main`. */
  path: string;
  /** By path, with `v1.8.0`; `(devel)` where it was built in a clone. The program's own is the first. */
  modules: ReadonlyMap<string, string>;
  /** What it was built with, by name: `-ldflags`, `GOOS`. */
  settings: ReadonlyMap<string, string>;
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const align = 16;
const headerBytes = 32;
/** The strings follow the header; before Go 1.18 they were pointers. */
const inlineFlag = 2;
const chunkBytes = 4 * 1024 * 1024;
const maxInfoBytes = 1024 * 1024;
/** On either side of the modules' text. */
const sentinelBytes = 16;

/** Undefined when Go didn't make it, or a Go before 1.18. Reads the file as data. */
export function readGoBuild(source: ByteSource): GoBuild | undefined {
  for (let offset = 0; offset < source.size; offset += chunkBytes) {
    const chunk = source.read(offset, Math.min(chunkBytes + magic.length, source.size - offset));
    for (let at = chunk.indexOf(magic); at !== -1; at = chunk.indexOf(magic, at + 1)) {
      // A program that looks for it, as Go's own tools do, has the same text elsewhere.
      const found = (offset + at) % align === 0 ? parse(source, offset + at) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function parse(source: ByteSource, offset: number): GoBuild | undefined {
  const bytes = source.read(offset, Math.min(headerBytes + maxInfoBytes, source.size - offset));
  if (bytes.length <= headerBytes || !((bytes[magic.length + 1] as number) & inlineFlag)) return undefined;
  const go = textAt(bytes, headerBytes);
  const info = go && textAt(bytes, go.end);
  if (!info || info.text.length < 2 * sentinelBytes) return undefined;
  const lines = info.text.subarray(sentinelBytes, -sentinelBytes).toString().split('\n');
  const modules = new Map<string, string>();
  const settings = new Map<string, string>();
  let path = '';
  for (const line of lines) {
    const [kind, name = '', version = ''] = line.split('\t');
    if (kind === 'path') path = name;
    else if (kind === 'mod' || kind === 'dep') modules.set(name, version);
    else if (kind === 'build') {
      const end = name.indexOf('=');
      settings.set(name.slice(0, end), name.slice(end + 1));
    }
  }
  return { go: go.text.toString(), path, modules, settings };
}

/** A length as varint, and so many bytes. */
function textAt(bytes: Buffer, at: number): { text: Buffer; end: number } | undefined {
  let length = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      const end = at + length;
      return end <= bytes.length ? { text: bytes.subarray(at, end), end } : undefined;
    }
  }
  return undefined;
}
