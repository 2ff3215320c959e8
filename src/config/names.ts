/** What the files of a configuration are called. Apart from their readers, which take time to load. */

/** The file that the command line looks for when it is told none. */
export const defaultConfigName = 'mortise.toml';

/** `mortise.lock` beside `mortise.toml`. */
export function lockBeside(config: string): string {
  return `${config.replace(/\.toml$/, '')}.lock`;
}
