/** What somebody meant who wrote a name that does not exist. */
import { distance } from 'fastest-levenshtein';

/** The one of `known` that `word` is most likely a misspelling of; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return nearestOf(word, known, (name) => name)[0];
}

/** All that `word` may be a misspelling of, the nearest first. */
export function nearestOf<T>(word: string, known: readonly T[], nameOf: (one: T) => string): T[] {
  const wanted = plain(word);
  return known
    .map((one) => ({ one, name: plain(nameOf(one)) }))
    .map(({ one, name }) => ({ one, name, far: distance(wanted, name) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.round(name.length * 0.4)))
    .sort((a, b) => a.far - b.far)
    .map(({ one }) => one);
}

/** strictPermissions and strict-permissions are spellings of strict_permissions, not other words. */
function plain(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}
