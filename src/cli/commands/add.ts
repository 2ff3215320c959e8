/** mortise add: installs a plugin into a host's directory. */
import { Option } from 'commander';
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import { intoOption, type ProjectOptions, projectOf } from '../input/project.js';
import { parseDuration } from '../usage.js';

interface Options extends ProjectOptions {
  timeout: number;
  json?: true;
}

/** Adds `mortise add`. */
export const defineAdd: DefineCommand = (program, cli) => {
  program
    .command('add')
    .summary('install a plugin from npm, a file or a directory')
    .description(
      'Fetches a plugin, verifies it, puts it into the directory of plugins, and writes mortise.toml and mortise.lock. When something is wrong with it, nothing changes. Nothing of the plugin runs, and no script of a package. A plugin of that name that is there is replaced.',
    )
    .argument(
      '<plugin>',
      'NAME or NAME@VERSION on npm; a tarball of `mortise pack`; a directory with a plugin.json; a library',
    )
    .option(...configOption)
    .option(...intoOption)
    .addOption(
      new Option('--timeout <time>', 'the longest that one call of npm may take')
        .argParser(parseDuration)
        .default(60_000, '1m'),
    )
    .option(...jsonOption)
    .addHelpText(
      'after',
      '\nExamples:\n  mortise add @acme/tenant-router@^1\n  mortise add ./tenant_router-1.2.0.tgz -c prod.toml',
    )
    .action(async (what: string, options: Options) => add(cli, what, options));
};

async function add(cli: Cli, what: string, options: Options): Promise<void> {
  const [{ addPlugin }, { renderAdded }] = await Promise.all([
    import('../../shipping/add.js'),
    import('../render/shipping.js'),
  ]);
  const { cwd, env } = cli.io;
  const added = await addPlugin(what, { ...projectOf(cli, options), cwd, env, timeoutMs: options.timeout });
  for (const warning of added.warnings) await cli.warn(warning);
  if (options.json) return cli.json(added);
  await cli.out.write(renderAdded(added, cwd));
}
