/** What the addon's writeOut is told of the number behind an out parameter. */
import { representations } from '../schema/lower.js';
import { layoutOf } from '../schema/records.js';
import type { Handle, Sized, Value } from '../schema/types.js';

/** native/node/bind_service.cc reads them: an integer's kind is its bytes, and these aren't bytes of one. */
const floatKind = 40;
const doubleKind = 80;

/** The kind of the number that writeOut writes. */
export function outKind({ kind }: Value): number {
  const { bytes, floating } = representations[kind];
  if (!floating) return bytes;
  return bytes === 4 ? floatKind : doubleKind;
}

/** How many bytes become zero when the function fails. */
export const outBytes = (type: Sized | Handle): number =>
  type.kind === 'handle'
    ? 8
    : type.kind === 'record'
      ? layoutOf(type).bytes
      : representations[type.kind].bytes;
