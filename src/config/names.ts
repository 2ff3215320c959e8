/** What the files of a configuration are called. Apart from their readers, which take time to load. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The file that the command line looks for when it is told none. */
export const defaultConfigName = 'mortise.toml';

/** `mortise.lock` beside `mortise.toml`, and `collectd.lock` beside `collectd.conf`. */
export function lockBeside(config: string): string {
  return `${config.replace(/\.(toml|conf)$/i, '')}.lock`;
}

/**
 * The lock file that counts: one that is there, unless the configuration says otherwise; one that is named must be there.
 * @param said what the configuration says; false: none
 */
export function lockFor(config: string, said?: string | false): string | undefined {
  if (said === false) return undefined;
  if (said !== undefined) return resolve(dirname(config), said);
  const beside = lockBeside(config);
  return existsSync(beside) ? beside : undefined;
}
