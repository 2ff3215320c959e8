/** Reads the imported and exported symbols of a Mach-O image. */
import { hex, malformed, tooMuch, truncated } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource, SymbolPlace } from '../image.js';
import { maxSymbols, StringTable } from '../names.js';
import { type Command, commandTypes, find } from './commands.js';
import type { Header } from './header.js';
import type { Layout } from './segments.js';
import { readTrie, type TrieExport } from './trie.js';

export interface Symbols {
  exports: string[];
  imports: string[];
  weakImports: string[];
  symbols: Map<string, SymbolPlace>;
}

/** n_type and n_desc of <mach-o/nlist.h>. */
const bits = { debug: 0xe0, privateExternal: 0x10, type: 0x0e, external: 0x01, weakReference: 0x40 };
const types = { undefined: 0x0, absolute: 0x2, prebound: 0xc };

/**
 * Names are as C spells them: the compiler puts `_` before each, and here it is taken off again, so that
 * `module_info` is called the same in every format. Names without it (`dyld_stub_binder`) stay as they are.
 */
function asInC(name: string): string {
  return name.startsWith('_') ? name.slice(1) : name;
}

export function readSymbols(
  source: ByteSource,
  header: Header,
  commands: readonly Command[],
  layout: Layout,
): Symbols {
  const exports = new Set<string>();
  const imports = new Map<string, boolean>();
  const symbols = new Map<string, SymbolPlace>();
  const add = (name: string, address: number | undefined): void => {
    if (name === '' || exports.has(name)) return;
    exports.add(name);
    const place = address === undefined ? undefined : layout.sections.find(address);
    if (!place) return;
    const { offset, available, executable, writable } = place;
    symbols.set(name, { offset, size: 0, available, kind: executable ? 'code' : 'data', writable });
  };

  // dyld asks the trie and nothing else when there is one.
  const trie = trieOf(source, commands);
  for (const { name, address } of trie ?? []) {
    add(asInC(name), address === undefined ? undefined : layout.base + address);
  }
  for (const { name, type, description, value } of symbolTable(source, header, commands)) {
    if ((type & bits.debug) !== 0 || (type & bits.external) === 0) continue;
    const kind = type & bits.type;
    if ((kind === types.undefined && value === 0) || kind === types.prebound) {
      const plain = asInC(name());
      const weak = (description & bits.weakReference) !== 0;
      if (plain !== '') imports.set(plain, weak && imports.get(plain) !== false);
    } else if (!trie && kind !== types.undefined && (type & bits.privateExternal) === 0) {
      add(asInC(name()), kind === types.absolute ? undefined : value);
    }
  }
  return {
    exports: [...exports],
    imports: [...imports.keys()],
    weakImports: [...imports].filter(([, weak]) => weak).map(([name]) => name),
    symbols,
  };
}

/** LC_DYLD_EXPORTS_TRIE, or the export part of LC_DYLD_INFO; undefined when there is neither. */
function trieOf(source: ByteSource, commands: readonly Command[]): TrieExport[] | undefined {
  const alone = find(commands, commandTypes.exportsTrie);
  const info = find(commands, commandTypes.dyldInfo, commandTypes.dyldInfoOnly);
  const command = alone ?? info;
  if (!command) return undefined;
  const offset = command.fields.u32(alone ? 8 : 40);
  const size = command.fields.u32(alone ? 12 : 44);
  return readTrie(source, blob(source, 'export trie', offset, size), 'export trie');
}

interface Entry {
  name: () => string;
  type: number;
  description: number;
  value: number;
}

/** struct nlist and nlist_64, of LC_SYMTAB. */
function* symbolTable(source: ByteSource, header: Header, commands: readonly Command[]): Generator<Entry> {
  const command = find(commands, commandTypes.symbols);
  if (!command) return;
  const entry = header.wide ? 16 : 12;
  const { fields } = command;
  const count = fields.u32(12);
  const [first, end] = externalRange(source, commands, count);
  const offset = fields.u32(8);
  checkInside(source, 'symbol table', offset, count * entry);
  if (end - first > maxSymbols) throw tooMuch(source, 'symbol table', 'symbols', maxSymbols, end - first);
  const table = new Fields(
    source.read(offset + first * entry, (end - first) * entry),
    header.little,
    header.wide,
  );
  const strings = new StringTable(
    source,
    blob(source, 'string table', fields.u32(16), fields.u32(20)),
    'string table',
  );
  for (let at = 0; at < table.length; at += entry) {
    const index = table.u32(at);
    yield {
      name: () => (index === 0 ? '' : strings.at(index, `symbol ${first + at / entry}`)),
      type: table.u8(at + 4),
      description: table.u16(at + 6),
      value: table.word(at + 8),
    };
  }
}

/**
 * LC_DYSYMTAB sorts the table into local, external and undefined symbols. The local ones are most of an image
 * that wasn't stripped, and nothing binds to them.
 */
function externalRange(source: ByteSource, commands: readonly Command[], count: number): [number, number] {
  const command = find(commands, commandTypes.dynamicSymbols);
  if (!command) return [0, count];
  const [local, external, undefineds] = [8, 16, 24].map((at) => [
    command.fields.u32(at),
    command.fields.u32(at + 4),
  ]) as [[number, number], [number, number], [number, number]];
  for (const [start, length] of [local, external, undefineds]) {
    if (start + length > count) {
      throw malformed(
        source,
        `load command ${command.index} (LC_DYSYMTAB)`,
        'it has more symbols than LC_SYMTAB',
        {
          expected: `at most ${count}`,
          found: String(start + length),
        },
      );
    }
  }
  const used = [external, undefineds].filter(([, length]) => length > 0);
  if (used.length === 0) return [0, 0];
  return [
    Math.min(...used.map(([start]) => start)),
    Math.max(...used.map(([start, length]) => start + length)),
  ];
}

function blob(source: ByteSource, where: string, offset: number, size: number): Buffer {
  checkInside(source, where, offset, size);
  return source.read(offset, size);
}

function checkInside(source: ByteSource, where: string, offset: number, size: number): void {
  if (offset + size > source.size) {
    throw truncated(source, where, `${size} bytes from ${hex(offset)}`, `a file of ${source.size} bytes`);
  }
}
