import { Writer } from '../writer.js';

export interface PeOptions {
  wide?: boolean;
  machine?: number;
  characteristics?: number;
  soname?: string;
  /** A number is an offset into `data`, a string the target of a forwarder; a null name is an ordinal. */
  exports?: [name: string | null, target: number | string][];
  imports?: { library: string; names: (string | number)[] }[];
  delayed?: { library: string; names: (string | number)[] }[];
  data?: Buffer;
}

const rva = 0x1000;
const raw = 0x400;

/** A small library of one section, and where its directories lie. */
export function buildPe(options: PeOptions = {}) {
  const { wide = true, data = Buffer.from('constant'), exports = [], imports = [], delayed = [] } = options;
  const writer = new Writer(true, wide);
  const optionalSize = (wide ? 112 : 96) + 16 * 8;
  writer.text('MZ', 0x3c).u32(0x40);
  writer
    .text('PE\0\0')
    .u16(options.machine ?? (wide ? 0x8664 : 0x14c), 1)
    .u32(0, 0, 0);
  writer.u16(optionalSize, options.characteristics ?? 0x2022);
  const optionalAt = writer.size;
  writer.u16(wide ? 0x20b : 0x10b).padTo(optionalAt + (wide ? 24 : 28));
  writer
    .word(0x10000)
    .u32(0x1000, 0x200)
    .padTo(optionalAt + 56);
  writer.u32(0x2000, raw).padTo(optionalAt + 68);
  writer.u16(2).padTo(optionalAt + (wide ? 108 : 92));
  writer.u32(16);
  const directoriesAt = writer.size;
  writer.padTo(directoriesAt + 16 * 8);
  const sectionAt = writer.size;
  writer.padTo(raw);

  const here = (): number => writer.size - raw + rva;
  const string = (text: string): number => {
    const at = here();
    writer.text(`${text}\0`);
    return at;
  };
  const dataAt = here();
  writer.bytes(data);

  const libraries = (list: { library: string; names: (string | number)[] }[]) =>
    list.map(({ library, names }) => {
      const hints = names.map((name) => {
        if (typeof name === 'number') return name;
        writer.align(2);
        const at = here();
        writer.u16(0).text(`${name}\0`);
        return at;
      });
      const libraryAt = string(library);
      writer.align(8);
      const thunks = here();
      hints.forEach((hint, index) => {
        const ordinal = typeof names[index] === 'number';
        if (wide) writer.u32(hint, ordinal ? 0x80000000 : 0);
        else writer.u32((ordinal ? 0x80000000 + hint : hint) >>> 0);
      });
      writer.word(0);
      return { libraryAt, thunks };
    });
  const imported = libraries(imports);
  const later = libraries(delayed);
  writer.align(8);
  const importsAt = here();
  for (const { libraryAt, thunks } of imported) writer.u32(thunks, 0, 0, libraryAt, thunks);
  writer.u32(0, 0, 0, 0, 0);
  const delayedAt = here();
  for (const { libraryAt, thunks } of later) writer.u32(1, libraryAt, 0, thunks, thunks, 0, 0, 0);
  writer.u32(0, 0, 0, 0, 0, 0, 0, 0);

  const exportsAt = here();
  const named = exports.flatMap(([name], index) => (name === null ? [] : [{ name, index }]));
  writer.padTo(writer.size + 40);
  const addressesAt = here();
  writer.padTo(writer.size + exports.length * 4);
  const namesAt = here();
  const names = writer.size;
  writer.padTo(names + named.length * 4);
  const ordinalsAt = here();
  writer.u16(...named.map(({ index }) => index));
  named.forEach(({ name }, place) => {
    const at = string(name);
    writer.patch(names + place * 4, (entry) => entry.u32(at));
  });
  const sonameAt = string(options.soname ?? 'plugin.dll');
  exports.forEach(([, target], index) => {
    const at = typeof target === 'string' ? string(target) : dataAt + target;
    writer.patch(addressesAt - rva + raw + index * 4, (entry) => entry.u32(at));
  });
  const exportsSize = here() - exportsAt;
  writer.patch(exportsAt - rva + raw, (at) =>
    at.u32(0, 0, 0, sonameAt, 1, exports.length, named.length, addressesAt, namesAt, ordinalsAt),
  );

  writer.patch(directoriesAt, (at) => {
    if (exports.length > 0) at.u32(exportsAt, exportsSize);
    else at.u32(0, 0);
    at.u32(imports.length > 0 ? importsAt : 0, 20);
  });
  if (delayed.length > 0) writer.patch(directoriesAt + 13 * 8, (at) => at.u32(delayedAt, 32));
  writer.align(0x200);
  const size = writer.size - raw;
  writer.patch(optionalAt + 56, (at) => at.u32(rva + Math.ceil(size / 0x1000) * 0x1000));
  writer.patch(sectionAt, (at) => at.text('.rdata', 8).u32(size, rva, size, raw, 0, 0, 0, 0x40000040));
  const file = (address: number): number => address - rva + raw;
  return {
    bytes: writer.done(),
    at: {
      directories: directoriesAt,
      section: sectionAt,
      exports: file(exportsAt),
      imports: file(importsAt),
    },
  };
}
