/** Verifies files against the host that a configuration describes. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/index.js';
import { MortiseError, type Problem } from '../errors.js';
import { discover } from '../loader/discover.js';
import { hostFacts } from '../loader/facts.js';
import type { Candidate, CheckResult, ConfigTable, HostFacts } from '../loader/record.js';
import { type FileReport, verifyFile } from '../loader/verify.js';
import { type Cli, exitCodeOf } from './cli.js';
import { findConfig } from './input/config.js';

/** What the user asked for. */
export interface VerifyOptions {
  /** Also try each plugin that passes, in a child process. */
  load?: boolean;
  /** How long one plugin may be tried, in milliseconds. */
  timeout: number;
  /** Warnings fail. */
  strict?: boolean;
  parser?: 'none' | 'pg_query';
  /** The configuration's path; default: mortise.toml, if there is one. */
  config?: string;
}

/** Gives a report on one file after the other. */
export interface Verifier {
  host: HostFacts;
  /** Never throws for what is wrong with the file. Sets the exit code when the file can't be opened. */
  verify(path: string): Promise<FileReport>;
}

/** @throws {MortiseError} when the configuration or the host is what's wrong */
export async function createVerifier(cli: Cli, options: VerifyOptions): Promise<Verifier> {
  const config = await findConfig(cli, options.config);
  const { parser, strictPermissions = false, toolchain } = config?.host ?? {};
  const host = await hostFacts({
    parser: options.parser ?? parser,
    policy: { strictPermissions: options.strict ?? strictPermissions, toolchain },
  });
  const configured = options.load && config ? await configuredPlugins(config) : new Map();
  return {
    host,
    async verify(path) {
      const where = cli.resolve(path);
      let candidate: Candidate;
      let report: FileReport;
      try {
        candidate = await candidateAt(where);
        report = await verifyFile(candidate.path, host);
      } catch (error) {
        if (!(error instanceof MortiseError)) throw error;
        cli.exitCode = exitCodeOf(error);
        return unread(path, error.problems[0] as Problem);
      }
      const { path: file } = candidate;
      const tried = options.load
        ? await tryOut(report, options.timeout, configured.get(file) ?? candidate.request.config)
        : [];
      const checks = [...report.checks, ...tried];
      // The path as it was written, unless it led to another: that is what the reader looks for.
      return {
        ...report,
        path: file === where ? path : file,
        checks,
        status: statusOf(checks, options.strict),
      };
    },
  };
}

/** A bundle's directory is as good a path as its library; any other path is meant as it stands. */
async function candidateAt(path: string): Promise<Candidate> {
  const request = { name: path };
  return isDirectory(path) ? discover(request, { cwd: path, search: [] }) : { request, path };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // why it can't be looked at is said when it is opened
  }
}

/** What the configuration tells each file that it names: a plugin may need it to start. */
async function configuredPlugins({
  path,
  host,
  plugins,
}: Config): Promise<Map<string, ConfigTable | undefined>> {
  const found = new Map<string, ConfigTable | undefined>();
  for (const request of plugins) {
    try {
      const candidate = await discover(request, { cwd: dirname(path), search: host.search });
      found.set(candidate.path, candidate.request.config);
    } catch {
      // `mortise list` says what is wrong with it; here other files are asked about.
    }
  }
  return found;
}

async function tryOut(
  { path, status }: FileReport,
  timeoutMs: number,
  config?: ConfigTable,
): Promise<CheckResult[]> {
  if (status === 'fail') return [{ id: 'load', status: 'skip', message: 'static checks failed' }];
  const { tryPlugin } = await import('../loader/trial.js');
  return tryPlugin(path, { timeoutMs, config });
}

function statusOf(checks: readonly CheckResult[], isStrict: boolean | undefined): FileReport['status'] {
  const has = (wanted: CheckResult['status']) => checks.some(({ status }) => status === wanted);
  if (has('fail') || (isStrict && has('warn'))) return 'fail';
  return has('warn') ? 'warn' : 'ok';
}

/** A file that cannot be opened is still a row, so that the others are not lost. */
function unread(path: string, problem: Problem): FileReport {
  const { code, message, remedy } = problem;
  const check = { id: 'file', status: 'fail', code, message, remedy, problem } as const;
  return { path, dialect: null, info: null, producers: [], status: 'fail', checks: [check] };
}
