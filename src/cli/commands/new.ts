/** mortise new: a plugin to start from. */
import { Option } from 'commander';
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';

interface Options {
  lang: 'c' | 'rust';
  dir?: string;
  service?: string;
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
    .option(
      '--service <file>',
      'a plugin that provides the service which this module exports (FILE#NAME when it exports several)',
    )
    .option('--dir <directory>', 'where to write it (default: ./NAME)')
    .option(...jsonOption)
    .addHelpText(
      'after',
      '\nExamples:\n  mortise new tenant_router --lang c\n  mortise new summer_sale --lang rust --service services.js',
    )
    .action(async (name: string, { lang, dir = name, service, json }: Options) => {
      const { createPlugin } = await import('../scaffold/create.js');
      const files = service === undefined ? undefined : await filesFor(cli, service, name, lang);
      const plugin = createPlugin(name, lang, cli.resolve(dir), cli.io.cwd, files);
      if (json) return cli.json(plugin);
      const { renderNew } = await import('../render/new.js');
      await cli.out.write(renderNew(plugin, cli.out.colours));
    });
};

async function filesFor(cli: Cli, service: string, name: string, language: 'c' | 'rust') {
  const { serviceFiles } = await import('../scaffold/service.js');
  return serviceFiles(service, (path) => cli.resolve(path), name, language);
}
