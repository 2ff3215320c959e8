/** mortise new: a plugin to start from. */
import { Option } from 'commander';
import { type DefineCommand, jsonOption } from '../cli.js';

interface Options {
  lang: 'c' | 'rust';
  dir?: string;
  json?: true;
}

/** Adds `mortise new`. */
export const defineNew: DefineCommand = (program, cli) => {
  program
    .command('new')
    .summary('start a plugin in C or Rust')
    .description('Writes a small plugin that builds with one command and passes `mortise verify`.')
    .argument('<name>', "the plugin's name: lower-case letters, digits and _, starting with a letter")
    .addOption(
      new Option('-l, --lang <language>', 'what it is written in')
        .choices(['c', 'rust'])
        .makeOptionMandatory(),
    )
    .option('--dir <directory>', 'where to write it (default: ./NAME)')
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise new tenant_router --lang c')
    .action(async (name: string, { lang, dir = name, json }: Options) => {
      const { createPlugin } = await import('../scaffold/create.js');
      const plugin = createPlugin(name, lang, cli.resolve(dir), cli.io.cwd);
      if (json) return cli.json(plugin);
      const { renderNew } = await import('../render/new.js');
      await cli.out.write(renderNew(plugin, cli.out.colours));
    });
};
