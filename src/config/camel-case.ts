/** Keys of mortise.toml as the library has them: the file's `has_primary` is its `hasPrimary`. */

/** What stands inside of `table` is left alone. */
export function inCamelCase(table: object): Record<string, unknown> {
  const camel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [camel(key), value]));
}
