/** One value as text, for messages. */

/** A value for a message, cut when long. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  let said: string | undefined;
  try {
    said = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item));
  } catch {
    // It contains itself, or its toJSON throws.
  }
  try {
    said ??= String(value);
  } catch {
    said = 'something that cannot be shown'; // its toString throws
  }
  return said.length > 80 ? `${said.slice(0, 80)}…` : said;
}
