/** Which symbols of its server does a plugin need? Those that neither its libraries nor this process have. */
import { openFile, readBinary } from '../../binary/index.js';
import { MortiseError } from '../../errors.js';
import { failed, ok, skipped } from '../../loader/checks/result.js';
import { resolveDependencies } from '../../loader/dependencies/index.js';
import type { Check, Evidence, HostFacts } from '../../loader/record.js';
import { listed } from '../../messages/lists.js';
import { server } from './layout.js';

/** Named in the message; the problem's `found` has all of them. */
const shown = 5;

export const checkImports: Check = ({ image, path }, host) => {
  if (!image) return [];
  if (image.format === 'elf' && host.libc.name === 'glibc') return []; // the check of every library knows versions too
  if (image.arch !== host.arch) return [skipped('imports', `only a host for ${image.arch} can tell`)];
  const { missing, absent } = missingImports({ image, path }, host);
  if (missing.length === 0) return [ok('imports', `${image.imports.length} found`)];
  const rest = missing.length - shown;
  const count = `${missing.length} ${missing.length === 1 ? 'symbol' : 'symbols'}`;
  const names = listed(missing, shown);
  const all = rest > 0 ? ' mortise verify --json names all, under `found`.' : '';
  return [
    failed('imports', {
      code: 'MORTISE_ERR_SYMBOL_MISSING',
      message:
        absent.length > 0
          ? `${count} not found: ${names}; ${absent.join(', ')}, which is missing too, may have them`
          : `${count} of the server: ${names}`,
      subject: path,
      where: 'dynamic symbols',
      expected: 'a plugin that needs nothing of its server but services',
      found: missing.join(', '),
      remedy:
        absent.length > 0
          ? `Install ${absent.join(', ')} and check again.${all}`
          : `Run it in ${server}: this host has services, and no server behind them.${all}`,
    }),
  ];
};

/** In file order; and the libraries that couldn't be looked into. */
function missingImports(
  { image, path }: Required<Pick<Evidence, 'image' | 'path'>>,
  { platform, exporter }: HostFacts,
): { missing: string[]; absent: string[] } {
  const weak = new Set(image.weakImports);
  // The process first: it costs a look-up, where a library has to be read.
  const missing = new Set(image.imports.filter((name) => !weak.has(name) && exporter(name) === undefined));
  const absent: string[] = [];
  if (missing.size > 0) {
    for (const { name, path: file, optional } of resolveDependencies(path, image, { platform })) {
      if (file === undefined && !optional) absent.push(name);
      for (const symbol of file === undefined ? [] : exportsOf(file)) missing.delete(symbol);
    }
  }
  return { missing: [...missing], absent };
}

/** The plugins of one `mortise verify` share most of their libraries. */
const read = new Map<string, readonly string[]>();
const maxRead = 64;

function exportsOf(path: string): readonly string[] {
  const known = read.get(path);
  if (known) return known;
  let names: readonly string[] = [];
  try {
    const file = openFile(path);
    try {
      names = readBinary(file).images[0].exports;
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error; // it then gives nothing, as dependencies are checked elsewhere
  }
  if (read.size >= maxRead) read.clear();
  read.set(path, names);
  return names;
}
