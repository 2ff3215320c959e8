/** mortise headers: what plugins in C and Rust need to call or provide a service that TypeScript defines. */
import { Option } from 'commander';
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';
import { usageError } from '../usage.js';

interface Options {
  out: string;
  lang: 'c' | 'rust' | 'all';
  json?: true;
}

/** Adds `mortise headers`. */
export const defineHeaders: DefineCommand = (program, cli) => {
  program
    .command('headers')
    .summary('write C headers and Rust modules for services')
    .description(
      'Runs each file, a JavaScript or TypeScript module, and writes a C header and a Rust module for every service that it exports (defineService). The same definition gives the same files.',
    )
    .argument('<file...>', 'modules that export services')
    .option('-o, --out <directory>', 'where to write them', '.')
    .addOption(
      new Option('-l, --lang <language>', 'which to write').choices(['c', 'rust', 'all']).default('all'),
    )
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise headers services.js --out plugins/include')
    .action(async (files: string[], options: Options) => headers(cli, files, options));
};

async function headers(cli: Cli, files: string[], { out, lang, json }: Options): Promise<void> {
  const [{ fileName, writeHeaders }, { servicesOf }] = await Promise.all([
    import('../../services/generate/index.js'),
    import('../../services/load.js'),
  ]);
  const languages = lang === 'all' ? (['c', 'rust'] as const) : [lang];
  const services = new Set((await Promise.all(files.map((file) => servicesOf(cli.resolve(file))))).flat());
  const names = [...services].map((service) => fileName(service, 'c'));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) {
    throw usageError(
      'mortise headers',
      `two of the services would be written to ${twice}`,
      'Name one file at a time.',
    );
  }
  const written = [...services].map((service) => ({ service, files: writeIn(service) }));
  if (json) {
    return cli.json({
      directory: cli.resolve(out),
      services: written.map(({ service: { name, major, minor }, files }) => ({ name, major, minor, files })),
    });
  }
  const lines = written.map(
    ({ service: { name, major, minor }, files }) => `${name} ${major}.${minor}  ${files.join('  ')}\n`,
  );
  await cli.out.write(lines.join(''));

  function writeIn(service: Parameters<typeof writeHeaders>[0]): string[] {
    try {
      return writeHeaders(service, languages, cli.resolve(out));
    } catch (error) {
      throw usageError('mortise headers', `${out} cannot be written: ${(error as Error).message}`);
    }
  }
}
