/** Names in a sentence. */

/** "a, b and 3 more": the first `max` of them. Empty when there are none. */
export function listed(names: readonly string[], max = 20): string {
  const shown = names.slice(0, max).join(', ');
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}
