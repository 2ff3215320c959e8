/** Reads the export table of a PE file. */
import { hex, malformed, tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource, SymbolPlace } from '../image.js';
import { maxSymbols, NameBudget, stringAt } from '../names.js';
import type { Header } from './header.js';

export interface Exports {
  exports: string[];
  symbols: Map<string, SymbolPlace>;
  soname?: string;
}

const exportDirectory = 0;

/**
 * PE Format, "The .edata Section". Names are as they stand (`_add@8` in 32-bit images); an export without a
 * name is `#` and its ordinal. A forwarder is an export, and its bytes are in another library.
 */
export function readExports(source: ByteSource, header: Header): Exports {
  const result: Exports = { exports: [], symbols: new Map() };
  const directory = header.directories[exportDirectory];
  if (!directory || directory.address === 0) return result;
  const where = 'export directory';
  const head = tableAt(source, header, where, directory.address, 40);
  const base = head.u32(16);
  const count = head.u32(24);
  const largest = Math.max(count, head.u32(20));
  if (largest > maxSymbols) throw tooMuch(source, where, 'symbols', maxSymbols, largest);
  const addresses = tableAt(source, header, 'export address table', head.u32(28), head.u32(20) * 4);
  const names = tableAt(source, header, 'export name table', head.u32(32), count * 4);
  const ordinals = tableAt(source, header, 'export ordinal table', head.u32(36), count * 2);
  const budget = new NameBudget(source, source.size);
  if (head.u32(12) !== 0) result.soname = nameAt(source, header, budget, 'name of the library', head.u32(12));

  const seen = new Set<string>();
  const named = new Set<number>();
  const add = (name: string, index: number): void => {
    seen.add(name);
    const address = addresses.u32(index * 4);
    if (address >= directory.address && address < directory.address + directory.size) return;
    const place = header.map.find(address);
    if (!place) return;
    const { offset, available, executable, writable } = place;
    const kind = executable ? 'code' : 'data';
    result.symbols.set(name, { offset, size: 0, available, kind, writable });
  };
  for (let index = 0; index < count; index++) {
    const label = `export ${index}`;
    const ordinal = ordinals.u16(index * 2);
    if (ordinal * 4 >= addresses.length) {
      throw malformed(source, label, 'its ordinal is outside the export address table', {
        expected: `below ${addresses.length / 4}`,
        found: String(ordinal),
      });
    }
    named.add(ordinal);
    const name = nameAt(source, header, budget, label, names.u32(index * 4));
    if (name !== '' && !seen.has(name)) add(name, ordinal);
  }
  for (let index = 0; index * 4 < addresses.length; index++) {
    // Gaps between ordinals have no address.
    if (!named.has(index) && addresses.u32(index * 4) !== 0) add(`#${base + index}`, index);
  }
  result.exports = [...seen];
  return result;
}

function tableAt(source: ByteSource, header: Header, where: string, address: number, size: number): Fields {
  if (size === 0) return new Fields(Buffer.alloc(0), true, header.wide);
  const place = header.map.find(address);
  if (!place || size > place.available) {
    throw malformed(source, where, 'it lies outside the sections', {
      expected: `${size} bytes from address ${hex(address)}`,
      found: place ? `${place.available} bytes` : 'nothing there',
    });
  }
  return new Fields(source.read(place.offset, size), true, header.wide);
}

/** The string at an address. */
export function nameAt(
  source: ByteSource,
  header: Header,
  budget: NameBudget,
  where: string,
  address: number,
): string {
  const place = header.map.find(address);
  if (!place) {
    throw malformed(source, where, 'its name lies outside the sections', {
      found: `address ${hex(address)}`,
    });
  }
  return stringAt(source, place.offset, budget, where);
}
