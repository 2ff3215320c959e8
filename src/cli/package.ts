/** Where this package is installed, and which version it is. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's directory; `src/cli` and `dist/cli` lie equally deep in it. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  version: string;
  engines: { node: string };
}

/** The fields of package.json that the command line shows. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
}
