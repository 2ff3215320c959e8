/** mortise verify: is this file fit to be loaded, before anything of it runs? */
import { Option } from 'commander';
import type { Problem } from '../../errors.js';
import type { FileReport } from '../../verify/file.js';
import type { VerifierOptions } from '../../verify/verifier.js';
import { type Cli, configOption, type DefineCommand, exitCodeOf, jsonOption } from '../cli.js';
import { parseDuration, usageError } from '../usage.js';

interface Options
  extends Pick<VerifierOptions, 'hardening' | 'load' | 'locked' | 'strict' | 'parser' | 'services'> {
  /** Platforms; none: this machine. */
  target?: string[];
  /** In milliseconds. */
  timeout: number;
  /** The configuration's path; default: mortise.toml, if there is one. */
  config?: string;
  json?: true;
  sarif?: true;
  annotate?: 'github';
  quiet?: true;
}

/** Adds `mortise verify`. */
export const defineVerify: DefineCommand = (program, cli) => {
  program
    .command('verify')
    .summary('check files before they are loaded')
    .description(
      'Checks whether each file is a plugin that this host can load, and says why one is not. Nothing from the file runs, unless --load asks for it.',
    )
    .argument(
      '[path...]',
      'shared libraries, programs, and directories of either or of bundles (default: all that the configuration names)',
    )
    .option('--load', 'also load and start each plugin that passed, in its own child process')
    .addOption(
      new Option('--timeout <time>', 'with --load: the longest that one plugin may take')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option(
        '--target <target>',
        'check for another platform, from any machine: linux-x64-glibc2.28, linux-arm64-musl, darwin-arm64-12.0, win32-x64; repeatable: each file is checked for those that it is built for',
      ).argParser(repeated),
    )
    .option('--hardening', 'also list how each file is protected against attack')
    .option('--locked', 'refuse what differs from mortise.lock, or when there is none')
    .option('--strict', 'warnings fail as well')
    .option('-q, --quiet', 'show only what failed or was warned about')
    .addOption(
      new Option(
        '--services <module>',
        'a JavaScript or TypeScript module whose implemented services the host will have; the module is run; repeatable',
      ).argParser(repeated),
    )
    .addOption(
      new Option(
        '--parser <parser>',
        "check against a host with this parser (default: the configuration's)",
      ).choices(['none', 'pg_query']),
    )
    .option(...configOption)
    .option(...jsonOption)
    .addOption(new Option('--sarif', 'print SARIF 2.1.0 on stdout, and nothing else there').conflicts('json'))
    .addOption(
      new Option('--annotate <host>', 'also print what a code host shows beside the change')
        .choices(['github'])
        .conflicts(['json', 'sarif']),
    )
    .addHelpText(
      'after',
      `
Examples:
  mortise verify --load plugins/*.so
  mortise verify -c mortise.toml --quiet
  mortise verify --target linux-x64-glibc2.28 --target win32-x64 prebuilds/*/*`,
    )
    .action(async (paths: string[], options: Options) => verify(cli, paths, options));
};

const repeated = (value: string, before: string[] | undefined) => [...(before ?? []), value];

async function verify(cli: Cli, paths: string[], options: Options): Promise<void> {
  const start = performance.now();
  if (options.load && options.target) throw usageError('mortise verify', loadsHere);
  const [{ createTargetsVerifier }, { findConfig }, { Progress }, { renderReport, renderSummary }] =
    await Promise.all([
      import('../../verify/targets.js'),
      import('../input/config.js'),
      import('../progress.js'),
      import('../render/verify.js'),
    ]);
  const { hardening, load, locked, strict, parser, services, timeout: timeoutMs } = options;
  const config = await findConfig(cli, options.config);
  if (paths.length === 0 && !config) throw usageError('mortise verify', nothingNamed);
  const { cwd } = cli.io;
  const targets = options.target ?? [];
  const verifier = await createTargetsVerifier(paths, targets, {
    config,
    hardening,
    load,
    locked,
    strict,
    parser,
    services,
    timeoutMs,
    cwd,
  });
  const annotate = options.annotate && (await import('../render/annotations.js'));
  const progress = new Progress(cli);
  const reports: FileReport[] = [];
  const all =
    paths.length > 0
      ? (await Promise.all(paths.map((path) => verifier.expand(path)))).flat()
      : verifier.configured();
  if (all.length === 0) throw usageError('mortise verify', nothingConfigured(config?.path ?? ''));
  for (const one of all) {
    await progress.show(reports.length, all.length, typeof one === 'string' ? one : one.path);
    for (const report of typeof one === 'string' ? await verifier.verify(one) : [one]) {
      reports.push(report);
      if (report.unreadable) cli.exitCode = exitCodeOf(report.unreadable);
      else if (report.status === 'fail') cli.exitCode = 1;
      if (options.json || options.sarif || (options.quiet && report.status === 'ok')) continue;
      await progress.clear();
      await cli.out.write(renderReport(options.quiet ? withoutPassed(report) : report, cli.out.colours));
      if (annotate) await cli.out.write(annotate.annotations(report, strict));
    }
  }
  await progress.clear();
  const unserved = verifier.unserved().map((target) => unservedBy(paths, target));
  for (const problem of unserved) {
    cli.exitCode = 1;
    await cli.warn(problem);
    if (annotate) await cli.out.write(annotate.annotation(problem));
  }
  if (options.json) {
    const { verifyDocument } = await import('../json/verify.js');
    await cli.json(verifyDocument(verifier.host, reports));
  } else if (options.sarif) {
    const { sarifDocument } = await import('../json/sarif.js');
    const document = sarifDocument(reports, { cwd, strict, exitCode: cli.exitCode, problems: unserved });
    await cli.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    await cli.out.write(renderSummary(reports, performance.now() - start, cli.out.colours));
  }
}

const nothingNamed =
  'Name files to check, or a configuration with -c: there is no mortise.toml in this directory.';

/** A pipeline that checks nothing must not pass. */
const nothingConfigured = (path: string) =>
  `${path} names no plugin, and its sources have none: there is nothing to check.`;

/** What somebody has to look at. */
function withoutPassed(report: FileReport): FileReport {
  return { ...report, checks: report.checks.filter(({ status }) => status === 'fail' || status === 'warn') };
}

const loadsHere = '--load runs plugins on this machine, and --target asks about another: use one of the two.';

function unservedBy(paths: readonly string[], target: string): Problem {
  return {
    code: 'MORTISE_ERR_TARGET_UNSERVED',
    message: `no file is built for ${target}`,
    subject: target,
    expected: `a library for ${target}`,
    found: `${paths.length} file${paths.length === 1 ? '' : 's'} for other platforms`,
    remedy: 'Add the file for it, or take the target out.',
  };
}
