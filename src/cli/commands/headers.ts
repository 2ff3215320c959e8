/** mortise headers: what plugins in C and Rust need to call or provide a service that TypeScript defines. */
import { join } from 'node:path';
import { Option } from 'commander';
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';
import { usageError } from '../usage.js';

interface Options {
  includeDir?: true;
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
    .argument('[file...]', 'modules that export services; FILE#NAME, or FILE#NAME@MAJOR, for one of several')
    .option('-o, --out <directory>', 'where to write them', '.')
    .addOption(
      new Option('-l, --lang <language>', 'which to write').choices(['c', 'rust', 'all']).default('all'),
    )
    .option('--include-dir', 'only print the directory of the headers that every plugin in C includes')
    .option(...jsonOption)
    .addHelpText(
      'after',
      '\nExamples:\n  mortise headers services.js --out plugins/include\n  cc -I"$(npx mortise headers --include-dir)" -fPIC -shared rule.c -o rule.so',
    )
    .action(async (files: string[], options: Options) => headers(cli, files, options));
};

async function headers(cli: Cli, files: string[], { includeDir, out, lang, json }: Options): Promise<void> {
  if (includeDir) return printIncludeDir(cli, files, json);
  if (files.length === 0) {
    throw usageError('mortise headers', "missing required argument 'file'");
  }
  const [{ fileName, writeHeaders }, { readSource }] = await Promise.all([
    import('../../services/generate/index.js'),
    import('../scaffold/source.js'),
  ]);
  const languages = lang === 'all' ? (['c', 'rust'] as const) : [lang];
  const sources = files.map((text) => readSource('mortise headers', text, (path) => cli.resolve(path)));
  const services = new Set((await Promise.all(sources)).flatMap(({ services }) => services));
  const names = [...services].map((service) => fileName(service, 'c'));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) {
    throw usageError(
      'mortise headers',
      `two of the services would be written to ${twice}`,
      'Name one at a time, FILE or FILE#NAME, each with a directory of its own.',
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

async function printIncludeDir(cli: Cli, files: string[], json?: true): Promise<void> {
  if (files.length > 0) {
    throw usageError('mortise headers', '--include-dir takes no file', 'Call it once for each.');
  }
  const { packageRoot } = await import('../package.js');
  const include = join(packageRoot, 'include');
  await (json ? cli.json({ include }) : cli.out.write(`${include}\n`));
}
