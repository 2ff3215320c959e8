/** mortise verify: is this file fit to be loaded, before anything of it runs? */
import { Option } from 'commander';
import type { FileReport } from '../../verify/file.js';
import type { VerifierOptions } from '../../verify/verifier.js';
import { type Cli, configOption, type DefineCommand, exitCodeOf, jsonOption } from '../cli.js';
import { parseDuration } from '../usage.js';

interface Options extends Pick<VerifierOptions, 'load' | 'strict' | 'parser' | 'services'> {
  /** In milliseconds. */
  timeout: number;
  /** The configuration's path; default: mortise.toml, if there is one. */
  config?: string;
  json?: true;
}

/** Adds `mortise verify`. */
export const defineVerify: DefineCommand = (program, cli) => {
  program
    .command('verify')
    .summary('check files before they are loaded')
    .description(
      'Checks whether each file is a plugin that this host can load, and says why one is not. Nothing from the file runs, unless --load asks for it.',
    )
    .argument('<path...>', 'shared libraries')
    .option('--load', 'also load and start each plugin that passed, in its own child process')
    .addOption(
      new Option('--timeout <time>', 'with --load: the longest that one plugin may take')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option('--strict', 'warnings fail as well')
    .addOption(
      new Option(
        '--services <module>',
        'a JavaScript or TypeScript module whose implemented services the host will have; the module is run; repeatable',
      ).argParser((module: string, before: string[] | undefined) => [...(before ?? []), module]),
    )
    .addOption(
      new Option(
        '--parser <parser>',
        "check against a host with this parser (default: the configuration's)",
      ).choices(['none', 'pg_query']),
    )
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise verify --load plugins/*.so')
    .action(async (paths: string[], options: Options) => verify(cli, paths, options));
};

async function verify(cli: Cli, paths: string[], options: Options): Promise<void> {
  const start = performance.now();
  const [{ createVerifier }, { findConfig }, { Progress }, { renderReport, renderSummary }] =
    await Promise.all([
      import('../../verify/verifier.js'),
      import('../input/config.js'),
      import('../progress.js'),
      import('../render/verify.js'),
    ]);
  const { load, strict, parser, services, timeout: timeoutMs } = options;
  const config = await findConfig(cli, options.config);
  const { cwd } = cli.io;
  const verifier = await createVerifier(paths, { config, load, strict, parser, services, timeoutMs, cwd });
  const progress = new Progress(cli);
  const reports: FileReport[] = [];
  for (const path of paths) {
    await progress.show(reports.length, paths.length, path);
    const report = await verifier.verify(path);
    reports.push(report);
    if (report.unreadable) cli.exitCode = exitCodeOf(report.unreadable);
    else if (report.status === 'fail') cli.exitCode = 1;
    if (options.json) continue;
    await progress.clear();
    await cli.out.write(renderReport(report, cli.out.colours));
  }
  await progress.clear();
  if (options.json) {
    const { verifyDocument } = await import('../json/verify.js');
    await cli.json(verifyDocument(verifier.host, reports));
  } else {
    await cli.out.write(renderSummary(reports, performance.now() - start, cli.out.colours));
  }
}
