/** How deep values may be nested: what reads them calls itself for each level. */

/** Of a plugin's configuration. */
export const maxDepth = 64;

/** Whether lists and tables in it are nested more than so many deep. Looks no deeper than that. */
export function isDeeper(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return max === 0 || Object.values(value).some((item) => isDeeper(item, max - 1));
}
