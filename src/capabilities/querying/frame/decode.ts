/** Which library decodes frames: flechette, else apache-arrow. Loaded when values are first asked for. */
import { missingPackage } from '../../../messages/missing-package.js';
import type { ArrowSchema } from '../../../native/arrow.js';
import { requirePeer } from '../../peer.js';
import { type Flechette, flechetteTable } from './flechette.js';
import type { ArrowTable } from './library.js';
import type { FramePart } from './part.js';
import { writeIpc } from './write-ipc.js';

type Decode = (schema: ArrowSchema, parts: readonly FramePart[]) => ArrowTable;

/** The libraries, in the order in which they are tried. */
const libraries = {
  '@uwdata/flechette': (library): Decode => {
    return (schema, parts) => flechetteTable(library as Flechette, schema, parts);
  },
  'apache-arrow': (library): Decode => {
    const { tableFromIPC } = library as { tableFromIPC(bytes: Uint8Array): ArrowTable };
    // Its reader gets what was written here, never bytes from outside.
    return (schema, parts) => tableFromIPC(writeIpc(schema, parts));
  },
} satisfies Record<string, (library: unknown) => Decode>;

let chosen: Decode | undefined;

/** @throws MortiseError MORTISE_ERR_PEER_MISSING */
export function decode(schema: ArrowSchema, parts: readonly FramePart[]): ArrowTable {
  chosen ??= choose(Object.keys(libraries) as (keyof typeof libraries)[]);
  return chosen(schema, parts);
}

/** @param names those to try */
export function choose(names: readonly (keyof typeof libraries)[]): Decode {
  let cause: unknown;
  for (const name of names) {
    try {
      return libraries[name](requirePeer(name));
    } catch (error) {
      cause ??= error;
    }
  }
  const packages = ['@uwdata/flechette@~2.6.0'];
  throw missingPackage('@uwdata/flechette', 'reading the values of a frame', packages, cause);
}
