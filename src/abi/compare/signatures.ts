/** Differences between two versions of a service's signature: its functions in words, in the order of the table. */
import type { Level } from './difference.js';

export interface SignatureChange {
  level: Level;
  /** The function's name, or undefined for the signature as a whole. */
  name?: string;
  message: string;
}

/** The macro by which a service's header states its functions. */
export const isSignature = (macro: string): boolean => macro.endsWith('_signature');

/** Text that stands for a function in a message ends here; a signature may have 64 kB. */
const maxShown = 300;

/**
 * What a user of the old functions meets in the new. A table is only appended to: whatever else differs is major.
 * Each message follows the name of the function, or of the macro.
 */
export function compareSignatures(before: string, after: string): SignatureChange[] {
  const old = functionsIn(before);
  const now = functionsIn(after);
  if (old.length === 0 || now.length === 0) {
    if (old.length === now.length) return [];
    return [
      {
        level: 'minor',
        message: old.length === 0 ? 'states the functions now' : 'states no functions any more',
      },
    ];
  }
  const placeOf = new Map(now.map((text, index) => [nameOf(text), index]));
  const had = new Set(old.map(nameOf));
  const changes: SignatureChange[] = [];
  old.forEach((text, index) => {
    const name = nameOf(text);
    const place = placeOf.get(name);
    const found = place === undefined ? undefined : now[place];
    if (place === undefined || found === undefined) {
      changes.push({ level: 'major', name, message: `was removed: ${shown(text)}` });
      return;
    }
    if (place !== index) {
      changes.push({
        level: 'major',
        name,
        message: `moved from place ${index + 1} of the table to ${place + 1}`,
      });
    }
    if (found !== text) {
      changes.push({ level: 'major', name, message: `changed from ${shown(text)} to ${shown(found)}` });
    }
  });
  now.forEach((text, index) => {
    const name = nameOf(text);
    if (had.has(name)) return;
    changes.push(
      index >= old.length
        ? { level: 'minor', name, message: `is new at the end of the table: ${shown(text)}` }
        : { level: 'major', name, message: `was put in at place ${index + 1} of the table: ${shown(text)}` },
    );
  });
  return changes;
}

/** One for each `;`, white space made plain: as a host compares them. */
const functionsIn = (signature: string): string[] =>
  signature
    .split(';')
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');

/** "left" of "left(host, sku: text) -> i64 [main-thread]" */
const nameOf = (text: string): string => text.slice(0, Math.max(0, text.search(/\W|$/)));

const shown = (text: string): string => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);
