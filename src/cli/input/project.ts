/** Where a command that adds plugins or takes them out works. */
import { dirname, join } from 'node:path';
import { defaultConfigName } from '../../config/names.js';
import type { Cli } from '../cli.js';

export interface ProjectOptions {
  /** The configuration's path. */
  config?: string;
  /** The directory of plugins. */
  into?: string;
}

export const intoOption = [
  '--into <directory>',
  'the directory of plugins, each in one of its name (default: plugins beside the configuration)',
] as const;

/** Both absolute. */
export function projectOf(cli: Cli, { config, into }: ProjectOptions): { config: string; into: string } {
  const path = cli.resolve(config ?? defaultConfigName);
  return { config: path, into: into === undefined ? join(dirname(path), 'plugins') : cli.resolve(into) };
}
