import { Strings, Writer } from '../writer.js';

export interface MachoOptions {
  wide?: boolean;
  little?: boolean;
  cpuType?: number;
  cpuSubtype?: number;
  fileType?: number;
  /** The export trie; undefined leaves the command out. */
  trie?: Buffer;
  /** Bytes of the one section, which starts 0x800 after the header. */
  data?: Buffer;
  /** n_type, n_desc and n_value: exported at 0x800 is [0x0f, 0, 0x800], weakly undefined [0x01, 0x40, 0]. */
  symbols?: [name: string, type: number, description: number, value: number][];
  /** The command and the name: LC_LOAD_DYLIB is 0xc. */
  dylibs?: [command: number, name: string][];
  rpaths?: string[];
  /** The version of the SDK as 16.8.8 bits; default: unsaid. */
  sdk?: number;
  /** An (empty) code signature; default: on arm64. */
  signed?: boolean;
}

export const machoData = 0x800;
const textCommands = new Set([0x8000001c]);

/** A small library of one segment and one section of constants. */
export function buildMacho(options: MachoOptions = {}): Buffer {
  const { wide = true, little = true, data = Buffer.from('constant'), symbols = [] } = options;
  const writer = new Writer(little, wide);
  const strings = new Strings();
  let commands = 0;
  const command = (type: number, write: () => void): void => {
    const start = writer.size;
    writer.u32(type, 0);
    write();
    const end = writer.align(8);
    writer.patch(start + 4, (size) => size.u32(end - start));
    commands++;
  };
  const headerSize = wide ? 32 : 28;
  writer.padTo(headerSize);
  command(wide ? 0x19 : 0x1, () => {
    writer
      .text('__TEXT', 16)
      .word(0, 0x1000, 0, machoData + data.length)
      .u32(5, 5, 1, 0);
    writer.text('__const', 16).text('__TEXT', 16).word(machoData, data.length);
    writer.u32(machoData, 3, 0, 0, 0, 0, 0);
    if (wide) writer.u32(0);
  });
  let linkedit = 0;
  command(wide ? 0x19 : 0x1, () => {
    writer.text('__LINKEDIT', 16).word(0x3000, 0x100000);
    linkedit = writer.size;
    writer.word(0, 0).u32(1, 1, 0, 0);
  });
  const isNamed = (options.fileType ?? 6) !== 6 || options.dylibs?.some(([type]) => type === 0xd);
  const texts = [
    ...(isNamed ? [] : [[0xd, '@rpath/unnamed.dylib'] as const]),
    ...(options.dylibs ?? []),
    ...(options.rpaths ?? []).map((path) => [0x8000001c, path] as const),
  ];
  for (const [type, text] of texts) {
    command(type, () => {
      if (textCommands.has(type)) writer.u32(12);
      else writer.u32(24, 2, 0x10000, 0x10000);
      writer.text(`${text}\0`);
    });
  }
  command(0x1b, () => writer.bytes(Buffer.from('00112233445566778899aabbccddeeff', 'hex')));
  command(0x32, () => writer.u32(1, 0x000b0000, options.sdk ?? 0, 1, 3, (711 << 16) | (2 << 8) | 1));
  let symbolCommand = 0;
  let trieCommand = 0;
  command(0x2, () => {
    symbolCommand = writer.size;
    writer.u32(0, 0, 0, 0);
  });
  if (options.trie) {
    command(0x80000033, () => {
      trieCommand = writer.size;
      writer.u32(0, 0);
    });
  }
  let signature = 0;
  if (options.signed ?? options.cpuType === 0x0100000c) {
    command(0x1d, () => {
      signature = writer.size;
      writer.u32(0, 0);
    });
  }
  const commandsEnd = writer.size;
  writer.padTo(machoData).bytes(data);
  const symbolsAt = writer.align(8);
  for (const [name, type, description, value] of symbols) {
    writer.u32(strings.add(name)).u8(type, 1).u16(description).word(value);
  }
  const stringsAt = writer.size;
  writer.text(strings.text);
  writer.patch(symbolCommand, (at) => at.u32(symbolsAt, symbols.length, stringsAt, strings.text.length));
  const { trie } = options;
  if (trie) {
    const trieAt = writer.size;
    writer.bytes(trie);
    writer.patch(trieCommand, (at) => at.u32(trieAt, trie.length));
  }
  if (signature) {
    const signatureAt = writer.align(16);
    writer.u32(0);
    writer.patch(signature, (at) => at.u32(signatureAt, 4));
  }
  const linkeditSize = writer.size - symbolsAt;
  writer.patch(linkedit, (at) => at.word(symbolsAt, linkeditSize));
  writer.patch(0, (header) => {
    const cpuType = options.cpuType ?? (wide ? 0x01000007 : 7);
    header.u32(
      wide ? 0xfeedfacf : 0xfeedface,
      cpuType,
      options.cpuSubtype ?? (cpuType === 0x0100000c ? 0 : 3),
    );
    header.u32(options.fileType ?? 6, commands, commandsEnd - headerSize, 0x85);
  });
  return writer.done();
}

/** A fat file of thin ones; `wide` has the 64-bit headers. */
export function buildFat(
  slices: { cpuType: number; cpuSubtype?: number; bytes: Buffer }[],
  wide = false,
): Buffer {
  const writer = new Writer(false, wide);
  writer.u32(wide ? 0xcafebabf : 0xcafebabe, slices.length);
  let offset = 0x1000;
  for (const { cpuType, cpuSubtype = 3, bytes } of slices) {
    writer.u32(cpuType, cpuSubtype).word(offset, bytes.length).u32(12);
    if (wide) writer.u32(0);
    offset += Math.ceil(bytes.length / 0x1000) * 0x1000;
  }
  for (const { bytes } of slices) {
    writer.align(0x1000);
    writer.bytes(bytes);
  }
  return writer.done();
}
