/** Which imports does the process answer before the library that should? The program's own symbols come first. */
import { basename } from 'node:path';
import type { Bound } from './bind.js';
import { identify } from './identify.js';

/** An import that somebody else answers. */
export interface Answered {
  name: string;
  neededBy: string;
  /** The file that it was linked with. */
  library: string;
  /** The file that answers. */
  by: string;
}

/**
 * Those of libraries that the program itself doesn't use: what Node.js and its own libraries share of one another is as
 * it should be.
 *
 * @param own Paths of the program's own libraries
 * @param exporter Who in this process defines a symbol
 */
export function answeredByOthers(
  bound: readonly Bound[],
  own: ReadonlySet<string>,
  exporter: (symbol: string) => string | undefined,
): Answered[] {
  const answered: Answered[] = [];
  for (const { path: neededBy, references, hints } of bound) {
    for (const [index, reference] of references.symbols.entries()) {
      const library = hints[index]?.path;
      if (library === undefined || own.has(library)) continue;
      const name = Buffer.from(reference.name, 'latin1').toString();
      const by = exporter(name);
      if (by !== undefined && !isSame(by, library)) answered.push({ name, neededBy, library, by });
    }
  }
  return answered;
}

function isSame(left: string, right: string): boolean {
  if (left === right) return true;
  if (basename(left) !== basename(right)) return false;
  const file = identify(left)?.file;
  return file !== undefined && file === identify(right)?.file;
}
