/** The key that somebody meant. */
import { closest, distance } from 'fastest-levenshtein';

/** The one of `known` that `word` is most likely a misspelling of; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  // strictPermissions and strict-permissions are spellings of strict_permissions, not other words.
  const plain = (key: string) => key.replace(/[-_]/g, '').toLowerCase();
  const best = closest(
    plain(word),
    known.map((key) => plain(key)),
  );
  const key = known.find((candidate) => plain(candidate) === best) as string;
  return distance(plain(word), best) <= Math.max(1, Math.round(best.length * 0.4)) ? key : undefined;
}
