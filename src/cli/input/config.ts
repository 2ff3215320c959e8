/** The configuration that a command works with. */
import { existsSync } from 'node:fs';
import type { Config } from '../../config/index.js';
import { defaultConfigName } from '../../config/names.js';
import { MortiseError } from '../../errors.js';
import { readConfiguration } from '../../host/configuration.js';
import type { Cli } from '../cli.js';

/** The file that `-c` names, else `mortise.toml` in the working directory when there is one. */
export async function findConfig(cli: Cli, named: string | undefined): Promise<Config | undefined> {
  const path = named ?? defaultConfigName;
  if (named === undefined && !existsSync(cli.resolve(path))) return undefined;
  // Errors repeat the path as the user wrote it.
  return readConfiguration(cli.io.cwd === process.cwd() ? path : cli.resolve(path));
}

/** The same for commands that have nothing to do without one. */
export async function needConfig(cli: Cli, named: string | undefined): Promise<Config> {
  const config = await findConfig(cli, named);
  if (config) return config;
  throw new MortiseError({
    code: 'MORTISE_ERR_CONFIG_MISSING',
    message: `there is no ${defaultConfigName} in this directory`,
    subject: defaultConfigName,
    remedy: 'Name a configuration with -c FILE; docs/configuration.md has an example.',
  });
}
