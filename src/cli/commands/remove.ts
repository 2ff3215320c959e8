/** mortise remove: takes a plugin out of a host's directory. */
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import { intoOption, type ProjectOptions, projectOf } from '../input/project.js';

interface Options extends ProjectOptions {
  json?: true;
}

/** Adds `mortise remove`. */
export const defineRemove: DefineCommand = (program, cli) => {
  program
    .command('remove')
    .summary('take a plugin out again')
    .description(
      'Takes a plugin out of mortise.toml and mortise.lock, and removes its directory when that lies in the directory of plugins. Comments and order of the other plugins stay.',
    )
    .argument('<name>', 'the plugin, by its name, its alias or as mortise.toml names it')
    .option(...configOption)
    .option(...intoOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise remove tenant_router')
    .action(async (name: string, options: Options) => remove(cli, name, options));
};

async function remove(cli: Cli, name: string, options: Options): Promise<void> {
  const [{ needConfig }, { removePlugin }, { renderRemoved }] = await Promise.all([
    import('../input/config.js'),
    import('../../shipping/remove.js'),
    import('../render/shipping.js'),
  ]);
  const { config: path, into } = projectOf(cli, options);
  const removed = await removePlugin(name, { config: await needConfig(cli, options.config), path, into });
  if (options.json) return cli.json(removed);
  await cli.out.write(renderRemoved(removed, cli.io.cwd));
}
