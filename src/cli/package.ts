/** What the command line shows of the package itself. */
import { readFileSync } from 'node:fs';
import { packageRoot } from '../package.js';

export { packageRoot };

interface Manifest {
  version: string;
  homepage?: string;
  engines: { node: string };
}

/** The fields of package.json that the command line shows. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as Manifest;
}
