/** Reads the import tables of a PE file. */
import { hex, malformed, tooMuch } from '../faults.js';
import { Fields } from '../fields.js';
import type { ByteSource } from '../image.js';
import { maxSymbols, NameBudget } from '../names.js';
import { nameAt } from './exports.js';
import type { Header } from './header.js';

export interface Imports {
  imports: string[];
  weakImports: string[];
  dependencies: string[];
  weakDependencies: string[];
}

const importDirectory = 1;
const delayDirectory = 13;
const maxLibraries = 4096;

/** One library and where the list of what is taken from it starts. */
interface Descriptor {
  library: string;
  thunks: number;
}

/**
 * PE Format, "The .idata Section" and "Delay-Load Import Tables". An import by number is `#` and its ordinal.
 * What is loaded only when it is first called may be missing: it is weak, unless the image also needs it at
 * the start.
 */
export function readImports(source: ByteSource, header: Header): Imports {
  const budget = new NameBudget(source, 2 * source.size);
  // Lists of several libraries could share their entries: all of them together fit the file once.
  const max = Math.min(maxSymbols, Math.floor(source.size / (header.wide ? 8 : 4)));
  const thunks = { max, left: max };
  const imports = new Map<string, boolean>();
  const dependencies = new Map<string, boolean>();
  for (const weak of [false, true]) {
    for (const descriptor of descriptorsIn(source, header, budget, weak)) {
      const { library } = descriptor;
      dependencies.set(library, weak && dependencies.get(library) !== false);
      for (const name of namesIn(source, header, budget, thunks, descriptor)) {
        imports.set(name, weak && imports.get(name) !== false);
      }
    }
  }
  const weakOf = (map: Map<string, boolean>) => [...map].filter(([, weak]) => weak).map(([name]) => name);
  return {
    imports: [...imports.keys()],
    weakImports: weakOf(imports),
    dependencies: [...dependencies.keys()],
    weakDependencies: weakOf(dependencies),
  };
}

function* descriptorsIn(
  source: ByteSource,
  header: Header,
  budget: NameBudget,
  delayed: boolean,
): Generator<Descriptor> {
  const directory = header.directories[delayed ? delayDirectory : importDirectory];
  if (!directory || directory.address === 0) return;
  const size = delayed ? 32 : 20;
  for (let index = 0; ; index++) {
    const where = `${delayed ? 'delay ' : ''}import ${index}`;
    if (index === maxLibraries) throw tooMuch(source, where, 'dependencies', maxLibraries, index + 1);
    const fields = fieldsAt(source, header, where, directory.address + index * size, size);
    const name = fields.u32(delayed ? 4 : 12);
    if (name === 0) return;
    // Before Visual C++ 7, delay descriptors held addresses instead of RVAs; bit 0 tells.
    const base = delayed && (fields.u32(0) & 1) === 0 ? header.imageBase : 0;
    // Old linkers wrote no lookup table; before the image is bound, the address table has the same entries.
    const thunks = delayed ? fields.u32(16) : fields.u32(0) || fields.u32(16);
    yield { library: nameAt(source, header, budget, where, name - base), thunks: thunks - base };
  }
}

function* namesIn(
  source: ByteSource,
  header: Header,
  budget: NameBudget,
  thunks: { readonly max: number; left: number },
  { library, thunks: start }: Descriptor,
): Generator<string> {
  const size = header.wide ? 8 : 4;
  for (let address = start; ; address += size) {
    const where = `import table of ${library}`;
    if (thunks.left-- === 0) {
      throw tooMuch(source, where, 'imports', thunks.max, thunks.max + 1);
    }
    const fields = fieldsAt(source, header, where, address, size);
    const low = fields.u32(0);
    const high = header.wide ? fields.u32(4) : low;
    if (low === 0 && high === 0) return;
    // The highest bit says "by ordinal"; else the rest is the address of a hint (2 bytes) and a name.
    const name = high >>> 31 ? `#${low & 0xffff}` : nameAt(source, header, budget, where, low + 2);
    if (name !== '') yield name;
  }
}

function fieldsAt(source: ByteSource, header: Header, where: string, address: number, size: number): Fields {
  const place = header.map.find(address);
  if (!place || place.available < size) {
    throw malformed(source, where, 'it lies outside the sections', { found: `address ${hex(address)}` });
  }
  return new Fields(source.read(place.offset, size), true, header.wide);
}
