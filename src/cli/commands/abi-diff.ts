/** mortise abi-diff: what changed between two versions of headers, or of services. */
import { Option } from 'commander';
import type { Language } from '../../abi/text/header-set.js';
import { MortiseError } from '../../errors.js';
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';
import { usageError } from '../usage.js';

interface Options {
  include: string[];
  language?: Language;
  check?: true;
  write?: string;
  json?: true;
}

/** Adds `mortise abi-diff`. */
export const defineAbiDiff: DefineCommand = (program, cli) => {
  program
    .command('abi-diff')
    .summary('say whether plugins survive a change of headers or services')
    .description(
      'Compares two versions of headers, such as include/mortise or those of a service, each a directory, a header or a snapshot file, and says same, minor or major, with every difference. Headers in C or C++ are compiled, which needs gcc or clang (or $CC, $CXX); nothing is run. Snapshot files need no compiler. Or compares the services that two modules export (defineService); the modules are run.',
    )
    .argument('<old>', 'the older headers, or FILE, FILE#NAME or FILE#NAME@MAJOR for services')
    .argument('[new]', 'the newer ones')
    .addOption(
      new Option(
        '-I, --include <directory>',
        'where the compiler finds what headers include; may be repeated',
      )
        .argParser((directory: string, all: string[]) => [...all, directory])
        .default([], 'none'),
    )
    .addOption(
      new Option('--language <language>', 'in which headers are, whatever their names end in').choices([
        'c',
        'c++',
      ]),
    )
    .option('--check', 'fail when the version of NEW lacks the step that its differences call for')
    .option('--write <file>', 'write a snapshot of OLD instead of comparing')
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
Examples:
  mortise abi-diff abi/1.0.json include/mortise
  mortise abi-diff include/mortise --write abi/1.0.json
  mortise abi-diff old/shop.h include/shop.h -I include
  mortise abi-diff old/services.js services.js#shop.stock --check

Exit codes: 0 same or minor, 1 major (with --check: the version step is
missing), 2 could not compare.`,
    )
    .action(async (a: string, b: string | undefined, options: Options) => abiDiff(cli, a, b, options));
};

async function abiDiff(cli: Cli, a: string, b: string | undefined, options: Options): Promise<void> {
  if (isModule(a) || (b !== undefined && isModule(b))) return servicesDiff(cli, a, b, options);
  const { loadSnapshot } = await import('../../abi/diff.js');
  const headerOptions = {
    env: cli.io.env,
    language: options.language,
    includeDirs: options.include.map((directory) => cli.resolve(directory)),
  };
  if (options.write !== undefined) {
    if (b !== undefined || options.check) throw misuse('--write takes one side and compares nothing');
    const { writeSnapshot } = await import('../../abi/diff.js');
    const snapshot = await loadSnapshot(cli.resolve(a), headerOptions);
    await writeSnapshot(cli.resolve(options.write), snapshot);
    const { abi } = snapshot;
    if (options.json) await cli.json({ path: options.write, abi });
    else await cli.out.write(`wrote ${options.write}${abi ? `: ABI ${abi.major}.${abi.minor}` : ''}\n`);
    return;
  }
  if (b === undefined) throw misuse('two versions are needed, or one and --write');
  const [from, to] = [
    await loadSnapshot(cli.resolve(a), headerOptions),
    await loadSnapshot(cli.resolve(b), headerOptions),
  ];
  const { abiWatch } = await import('../../abi/watch.js');
  const { comparison, problems } = abiWatch(from, to);
  if (options.check ? problems.length > 0 : comparison.verdict === 'major') cli.exitCode = 1;
  if (options.json)
    return cli.json({ kind: 'headers', ...comparison, ...(options.check ? { problems } : {}) });
  const { renderAbiDiff } = await import('../render/abi-diff.js');
  await cli.out.write(renderAbiDiff(comparison, options.check ? problems : [], cli.out.colours));
}

/** A JavaScript or TypeScript file, with or without the name of a service. */
const isModule = (path: string): boolean => /\.[cm]?[jt]s(?:#[^/\\]*)?$/.test(path);

async function servicesDiff(cli: Cli, a: string, b: string | undefined, options: Options): Promise<void> {
  if (options.write !== undefined) throw misuse('--write takes headers: a module is its own record');
  if (b === undefined) throw misuse('two versions are needed');
  const [module, other] = isModule(a) ? [a, b] : [b, a];
  if (!isModule(other)) {
    throw new MortiseError({
      code: 'MORTISE_ERR_ABI_KIND',
      message: `${module} is a module, and ${other} is not`,
      subject: other,
      expected: 'a module that exports services',
      remedy: 'Name two modules; or two headers, which mortise headers writes from a module.',
    });
  }
  const [{ readSource }, { compareServices }] = await Promise.all([
    import('../scaffold/source.js'),
    import('../../services/schema/compare.js'),
  ]);
  const read = (path: string) => readSource('mortise abi-diff', path, (file) => cli.resolve(file));
  // One after the other: an error is that of the older one first.
  const [from, to] = [await read(a), await read(b)];
  const comparison = compareServices(from.services, to.services);
  if (options.check ? comparison.problems.length > 0 : comparison.verdict === 'major') cli.exitCode = 1;
  if (options.json) return cli.json({ kind: 'services', ...comparison });
  const { renderServicesDiff } = await import('../render/abi-diff.js');
  await cli.out.write(renderServicesDiff(comparison, cli.out.colours));
}

const misuse = (message: string) => usageError('mortise abi-diff', message);
