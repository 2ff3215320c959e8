/** mortise verify: is this file fit to be loaded, before anything of it runs? */
import { Option } from 'commander';
import { MortiseError, type Problem } from '../../errors.js';
import type { HostFacts } from '../../loader/record.js';
import type { FileReport } from '../../loader/verify.js';
import { type Cli, configOption, type DefineCommand, exitCodeOf, jsonOption } from '../cli.js';
import { parseDuration } from '../usage.js';

interface Options {
  load?: true;
  timeout: number;
  strict?: true;
  parser?: 'none' | 'pg_query';
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
    .option('--load', 'then load, register, initialise and stop each plugin, in a child process of its own')
    .addOption(
      new Option('--timeout <time>', 'with --load: the longest that one plugin may take')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option('--strict', 'warnings fail as well')
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
  const [{ renderReport, renderSummary }, { verifyDocument }, { Progress }] = await Promise.all([
    import('../render/verify.js'),
    import('../json/verify.js'),
    import('../progress.js'),
  ]);
  const host = await factsFor(cli, options);
  const progress = new Progress(cli);
  const reports: FileReport[] = [];
  for (const path of paths) {
    await progress.show(reports.length, paths.length, path);
    const report = await verifyOne(cli, path, host, options);
    reports.push(report);
    cli.exitCode = report.status === 'fail' ? 1 : 0;
    if (options.json) continue;
    await progress.clear();
    await cli.out.write(renderReport(report, cli.out.colours));
  }
  await progress.clear();
  if (options.json) await cli.json(verifyDocument(host, reports));
  else await cli.out.write(renderSummary(reports, performance.now() - start, cli.out.colours));
}

/** What the plugins are checked against: the host that the configuration describes. */
async function factsFor(cli: Cli, { config: named, parser, strict }: Options): Promise<HostFacts> {
  const { findConfig } = await import('../input/config.js');
  const { hostFacts } = await import('../../loader/facts.js');
  const section = (await findConfig(cli, named))?.host;
  return hostFacts({
    parser: parser ?? section?.parser,
    policy: {
      strictPermissions: strict ?? section?.strictPermissions ?? false,
      toolchain: section?.toolchain,
    },
  });
}

async function verifyOne(cli: Cli, path: string, host: HostFacts, options: Options): Promise<FileReport> {
  const { discover } = await import('../../loader/discover.js');
  const { verifyFile } = await import('../../loader/verify.js');
  let report: FileReport;
  try {
    // A bundle's directory is as good a path as its library.
    const found = await discover({ name: cli.resolve(path) }, { cwd: cli.io.cwd, search: [] });
    report = await verifyFile(found.path, host);
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    cli.exitCode = exitCodeOf(error);
    return unread(path, error.problems[0] as Problem);
  }
  const checks = [...report.checks, ...(options.load ? await load(report) : [])];
  const isFailing = checks.some(({ status }) => status === 'fail' || (options.strict && status === 'warn'));
  const isWarning = checks.some(({ status }) => status === 'warn');
  // The path as it was written, unless it led to another: that is what the reader looks for.
  const shown = report.path === cli.resolve(path) ? path : report.path;
  return { ...report, path: shown, checks, status: isFailing ? 'fail' : isWarning ? 'warn' : 'ok' };

  async function load({ path, status }: FileReport) {
    if (status === 'fail') return [{ id: 'load', status: 'skip', message: 'static checks failed' } as const];
    const { tryPlugin } = await import('../../loader/trial.js');
    return tryPlugin(path, { timeoutMs: options.timeout });
  }
}

/** A file that cannot be opened is still a row, so that the others are not lost. */
function unread(path: string, problem: Problem): FileReport {
  const { code, message, remedy } = problem;
  const check = { id: 'file', status: 'fail', code, message, remedy, problem } as const;
  return { path, dialect: null, info: null, producers: [], status: 'fail', checks: [check] };
}
