/** mortise test: does a plugin stand what a host, an operator or a client may do to it? */
import { InvalidArgumentError, Option } from 'commander';
import type { CheckResult } from '../../loader/record.js';
import type { FileReport } from '../../verify/file.js';
import { type HostileCheck, hostileChecks, hostileIds } from '../../verify/hostile/names.js';
import { type Cli, configOption, type DefineCommand, exitCodeOf, jsonOption } from '../cli.js';
import { parseDuration } from '../usage.js';

interface Options {
  only?: HostileCheck[];
  /** In milliseconds. */
  timeout: number;
  /** The configuration's path; default: mortise.toml, if there is one. */
  config?: string;
  json?: true;
}

/** Adds `mortise test`. */
export const defineTest: DefineCommand = (program, cli) => {
  const width = Math.max(...hostileIds.map((id) => id.length));
  program
    .command('test')
    .summary('try hostile inputs on a plugin')
    .description(
      'Verifies a plugin, starts it, and then tries on it what goes wrong in hosts, each in a child process of its own. A plugin may refuse what is odd, with an error; it may not crash, hang, or leave anything running.',
    )
    .argument('<plugin>', 'a shared library, or the directory of a bundle')
    .addOption(
      new Option('--only <check>', 'only this check; repeatable')
        .choices(hostileIds)
        .argParser((value, before: HostileCheck[] | undefined) => [...(before ?? []), checkNamed(value)]),
    )
    .addOption(
      new Option('--timeout <time>', 'the longest that one start or one call may take')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
Checks:
${hostileIds.map((id) => `  ${id.padEnd(width)}  ${hostileChecks[id]}`).join('\n')}

Examples:
  mortise test build/libtenant_router.so
  mortise test -c mortise.toml build/libtenant_router.so --only queries`,
    )
    .action(async (path: string, options: Options) => test(cli, path, options));
};

function checkNamed(value: string): HostileCheck {
  const known = hostileIds.find((id) => id === value);
  if (known) return known;
  throw new InvalidArgumentError(`Allowed choices are ${hostileIds.join(', ')}.`);
}

async function test(cli: Cli, path: string, { only, timeout, config: named, json }: Options): Promise<void> {
  const start = performance.now();
  const [{ createVerifier }, { suite }, { findConfig }, { Progress }, { renderTally, renderTested }] =
    await Promise.all([
      import('../../verify/verifier.js'),
      import('../../verify/hostile/suite.js'),
      import('../input/config.js'),
      import('../progress.js'),
      import('../render/test.js'),
    ]);
  const config = await findConfig(cli, named);
  const progress = new Progress(cli);
  const begun = (id: string, index: number, count: number) => progress.show(index, count, id);
  const verifier = await createVerifier([path], {
    ...{ config, load: true, timeoutMs: timeout, cwd: cli.io.cwd },
    attempt: suite({ only, begun }),
  });
  const full = await verifier.verify(path);
  await progress.clear();
  const report = { ...full, checks: shortened(full) };
  if (report.unreadable) cli.exitCode = exitCodeOf(report.unreadable);
  else if (report.checks.some(({ status }) => status === 'fail')) cli.exitCode = 1;
  if (json) {
    const { testDocument } = await import('../json/test.js');
    return cli.json(testDocument(verifier.host, report));
  }
  await cli.out.write(
    renderTested(report, cli.out.colours) + renderTally(report, performance.now() - start, cli.out.colours),
  );
}

/** What `mortise verify` checks is one row when it passes. */
function shortened({ checks }: FileReport): CheckResult[] {
  const isOwn = ({ id }: CheckResult) => id === 'start' || hostileIds.some((own) => own === id);
  const verified = checks.filter((check) => !isOwn(check));
  const bad = verified.filter(({ status }) => status === 'fail' || status === 'warn');
  const count = verified.filter(({ status }) => status === 'ok').length;
  const passed: CheckResult = { id: 'verify', status: 'ok', message: `${count} checks of mortise verify` };
  const isRefused = bad.some(({ status }) => status === 'fail');
  const skips = verified.filter(({ id, status }) => id === 'load' && status === 'skip');
  return [...(isRefused ? [] : [passed]), ...bad, ...skips, ...checks.filter(isOwn)];
}
