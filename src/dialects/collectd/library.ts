/** Which symbols do collectd's plugins find? Those that mortise-collectd.so exports. */
import { openFile, readBinary } from '../../binary/index.js';
import { MortiseError } from '../../errors.js';
import { libraryPath } from '../../native/collectd-library.js';

let known: { path: string; exports: ReadonlySet<string> } | undefined;

/** The file that gives plugins a symbol; undefined: none does. */
export function gives(symbol: string): string | undefined {
  known ??= read();
  return known?.exports.has(symbol) ? known.path : undefined;
}

/** Undefined where there is none, as on Windows: every symbol is missing then. */
function read(): typeof known {
  const path = libraryPath();
  if (path === undefined) return undefined;
  try {
    const file = openFile(path);
    try {
      return { path, exports: new Set(readBinary(file).images[0].exports) };
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof MortiseError) return undefined;
    throw error;
  }
}
