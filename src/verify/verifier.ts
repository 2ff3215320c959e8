/** Verifies files against the host that a configuration describes. */
import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { defaultConfigName, lockBeside } from '../config/names.js';
import type { Config } from '../config/record.js';
import type { ConfigTable } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { hostFacts, lockAt } from '../host/facts.js';
import { workingDirectory } from '../host/working-directory.js';
import { bundleFile } from '../loader/bundle.js';
import { Bundles, type FoundBundle } from '../loader/bundles/bundles.js';
import { realPath } from '../loader/bundles/inside.js';
import type { Bundle } from '../loader/bundles/record.js';
import { policyOf, type Sources } from '../loader/bundles/sources.js';
import { failed, skipped } from '../loader/checks/result.js';
import { isFile, list } from '../loader/directories.js';
import { discover } from '../loader/discover.js';
import { fileNames, isLibrary } from '../loader/library-names.js';
import { providedBy } from '../loader/order.js';
import type { Candidate, CheckResult, HostFacts, Identity } from '../loader/record.js';
import { meets } from '../loader/service-fits.js';
import { parseTarget } from '../loader/target/target.js';
import { offered } from '../services/serve/implement.js';
import { implementedIn } from '../services/serve/load.js';
import { configuredPlugins } from './configured.js';
import { type FileReport, statusOf, type VerifyFileOptions, verifyFile } from './file.js';
import { cycleWith, type Offer, offersOf } from './offers.js';
import type { TryOptions } from './trial.js';
import { Trials, type TrialsOptions } from './trials.js';

/** How files are verified. */
export interface VerifierOptions {
  /** The host that the files must fit; default: one without options. */
  config?: Config;
  /** Also try each plugin that passes, in a child process of its own. Default false. */
  load?: boolean;
  /** With `load`: what is done with a plugin. Default: it is loaded, started and stopped in a child process. */
  attempt?: TrialsOptions['attempt'];
  /** With `load`: how long one plugin may be tried, in milliseconds. Default 10,000. */
  timeoutMs?: number;
  /** Warnings fail. Default false. */
  strict?: boolean;
  /** There must be a mortise.lock: the configuration's, or one in `cwd`. Default: it counts when `config` has one. */
  locked?: boolean;
  /** Also say how each file is protected against attack. Default false. */
  hardening?: boolean;
  /** Whose syntax trees the host makes. Default: the configuration's. */
  parser?: 'none' | 'pg_query';
  /** Modules whose implemented services the host has, beside the configuration's. They are run. */
  services?: readonly string[];
  /** The platform that is asked about: `linux-x64-glibc2.28`, `win32-x64`. Default: this machine's. Not with `load`. */
  target?: string;
  /** What relative paths count from. Default: the process's working directory. */
  cwd?: string;
}

/** Gives a report on one file after the other. */
export interface Verifier {
  host: HostFacts;
  /** Never throws for what is wrong with the file. One that can't be opened has its reason in `unreadable`. */
  verify(path: string): Promise<FileReport>;
  /**
   * What a path stands for: of a directory that holds bundles of Grafana's, the plugin.json of each, those inside others
   * after them; of one without any, the libraries in it. Any other stands for itself.
   */
  expand(path: string): Promise<string[]>;
  /** What the configuration names, and what lies in its sources: a path to verify, or why there is none. */
  configured(): (string | FileReport)[];
}

/**
 * @param paths all that will be verified: plugins among them may need each other's services; none: what is configured
 * @throws MortiseError when a module or the host is what's wrong
 */
export async function createVerifier(paths: readonly string[], options: VerifierOptions): Promise<Verifier> {
  const { config, cwd = workingDirectory(), timeoutMs = 10_000 } = options;
  const { strictPermissions = false, toolchain, files, strict } = config?.host ?? {};
  const parser = options.parser ?? config?.host.parser;
  const services = [
    ...(config?.host.services ?? []),
    ...(options.services ?? []).map((module) => resolve(cwd, module)),
  ];
  const host = await hostFacts({
    parser,
    policy: { strictPermissions: options.strict ?? strictPermissions, toolchain },
    services: offered(await implementedIn(services)),
    lock: await lockAt(lockPath(options, cwd), cwd),
    bundles: config?.sources && policyOf(config.sources),
    target: options.target === undefined ? undefined : parseTarget(options.target),
  });
  // Only what differs from a host without options: a command for a debugger repeats it.
  const trialHost: TryOptions['host'] = {
    ...(services.length > 0 && { services }),
    ...(files && Object.keys(files).length > 0 && { files }),
    ...(parser === 'pg_query' && { parser }),
    ...(strict && { strict }),
  };
  const bundles = new Bundles(config?.sources ?? {}, { cwd, platform: host.platform, arch: host.arch });
  const named = config ? await configuredPlugins(config, host, { withSources: paths.length === 0 }) : [];
  /** What the configuration tells each file: a plugin may need it to start. */
  const configured = new Map(
    named.flatMap(({ candidate }) =>
      candidate ? [[candidate.path, candidate.request.config] as const] : [],
    ),
  );
  /** And as what it names them, where the file doesn't say. */
  const families = new Map(
    named.flatMap(({ candidate }) =>
      candidate ? [[candidate.path, candidate.request.dialect] as const] : [],
    ),
  );
  let offers: Promise<Offer[]> | undefined;
  /** Of the plugins that are verified or configured; looked at when one of them needs a service of another. */
  const others = () => {
    offers ??= Promise.all(
      paths.map((path) => candidateAt(resolve(cwd, path), host, bundles).catch(() => undefined)),
    ).then((found) => {
      const verified = found.flatMap((candidate) => candidate?.path ?? []);
      return offersOf([...new Set([...configured.keys(), ...verified])], host);
    });
    return offers;
  };
  const trials = new Trials({
    ...{ timeoutMs, facts: host, configured, host: trialHost },
    attempt: options.attempt,
  });
  return {
    host,
    expand: (path) => expand(path, cwd, bundles),
    configured: () =>
      named.map(({ request, candidate, error }) => {
        if (candidate) return candidate.bundle?.file ?? candidate.path;
        return unreadable(request.name, error as MortiseError);
      }),
    async verify(path) {
      const where = resolve(cwd, path);
      let candidate: Candidate;
      let report: FileReport;
      try {
        candidate = await candidateAt(where, host, bundles);
        const plugin = configured.get(candidate.path) ?? candidate.request.config;
        const { bundle } = candidate;
        const dialect = families.get(candidate.path);
        report = await verifyFile(candidate.path, host, { ...options, plugin, bundle, dialect });
        if (!bundle && report.info && needsOthers(report, host)) {
          report = await beside(await others(), { path: candidate.path, identity: report.info }, host, {
            ...options,
            plugin,
          });
        }
      } catch (error) {
        if (!(error instanceof MortiseError)) throw error;
        return unreadable(path, error);
      }
      const { path: file } = candidate;
      const checks = [...report.checks, ...(options.load ? await loadChecks(candidate, report) : [])];
      // The path as it was written, unless it led to another: that is what the reader looks for.
      const asWritten = candidate.bundle ? path.replace(/[\\/]plugin\.json$/, '') : path;
      return {
        ...report,
        path: candidate.bundle || file === where ? asWritten : file,
        checks,
        status: statusOf(checks, options.strict),
      };
    },
  };

  async function loadChecks(
    { path, request, bundle }: Candidate,
    report: FileReport,
  ): Promise<CheckResult[]> {
    if (report.status === 'fail') return [skipped('load', 'static checks failed')];
    if (bundle) return tryBundle(bundle, configured.get(path) ?? request.config, report);
    const offers = needsOthers(report, host) ? await others() : [];
    return trials.try({ path, identity: report.info as Identity }, offers, {
      config: request.config,
      dialect: families.get(path),
    });
  }

  /** From its plugin.json, alone. */
  async function tryBundle(
    bundle: Bundle,
    config: ConfigTable | undefined,
    { info }: FileReport,
  ): Promise<CheckResult[]> {
    if (bundle.executable === undefined) return [skipped('load', 'nothing of it runs here')];
    const needs = bundle.dependencies.plugins.map(({ id }) => id);
    if (needs.length > 0)
      return [skipped('load', `needs ${needs.join(', ')}, and bundles are tried out alone`)];
    const { trust, rootUrl, grafanaVersion } = options.config?.sources ?? {};
    const sources: Sources = {
      ...(trust && { trust }),
      ...(rootUrl !== undefined && { rootUrl }),
      ...(grafanaVersion !== undefined && { grafanaVersion }),
      signed: [], // its signature was checked before
      // One inside another needs that one to be read.
      ...(bundle.parent !== undefined && { [bundle.class]: [bundle.root] }),
    };
    return trials.try({ path: bundle.file, identity: info as Identity }, [], { config, sources });
  }
}

function lockPath({ config, locked }: VerifierOptions, cwd: string): string | undefined {
  if (!locked) return config?.host.lock;
  return config ? (config.host.lock ?? lockBeside(config.path)) : resolve(cwd, lockBeside(defaultConfigName));
}

/** The report on a plugin that needs services of others. */
async function beside(
  offers: readonly Offer[],
  plugin: Offer,
  host: HostFacts,
  options: VerifyFileOptions,
): Promise<FileReport> {
  const services = [...host.services, ...offers.flatMap(({ identity }) => providedBy(identity))];
  const report = await verifyFile(plugin.path, { ...host, services }, options);
  const cycle = cycleWith(plugin, offers);
  if (!cycle) return report;
  return { ...report, status: 'fail', checks: [...report.checks, failed('services', cycle)] };
}

/** A bundle's directory is as good a path as its library, and so is a manifest; any other path is meant as it stands. */
async function candidateAt(
  path: string,
  { dialects, target }: HostFacts,
  bundles: Bundles,
): Promise<Candidate> {
  bundles.assertUsable(path);
  const request = { name: path };
  const isNamed = isDirectory(path) || path.endsWith('.toml') || basename(path) === bundleFile;
  if (!isNamed) return { request, path };
  const { platform, arch, libc } = target ?? {};
  const system = { platform, arch, libc: libc?.name };
  return discover(request, { cwd: dirname(path), search: [], dialects, ...system, bundles });
}

/** As it was written where it stands for one bundle of that name; those in it from the working directory. */
async function expand(path: string, cwd: string, bundles: Bundles): Promise<string[]> {
  const directory = resolve(cwd, path);
  if (!isDirectory(directory)) return [path];
  const found = await bundles.below(directory);
  // One of mortise's own stands for its library, and what can't be read may be no bundle at all.
  const isOne = ({ bundle, problems, path: file }: FoundBundle) =>
    bundle !== undefined || (problems.length > 0 && basename(file) === bundleFile);
  if (!found.some(isOne)) return isPlugin(directory) ? [path] : librariesIn(directory, path);
  const near = (file: string) => {
    const way = relative(realPath(cwd) ?? cwd, file);
    return way.startsWith('..') ? file : way;
  };
  const own = join(realPath(directory) ?? directory, bundleFile);
  return found.map((one) => (one.path === own ? join(path, bundleFile) : near(one.path)));
}

/** A directory that stands for one plugin. */
function isPlugin(directory: string): boolean {
  const names = [bundleFile, ...fileNames(basename(directory), process)];
  return names.some((name) => isFile(join(directory, name)));
}

/** Whatever platform they are for; without any the directory itself, so that its reader hears what was looked for. */
function librariesIn(directory: string, path: string): string[] {
  const platforms = ['linux', 'darwin', 'win32'] as const;
  const found = list(directory).filter((name) => platforms.some((platform) => isLibrary(name, { platform })));
  return found.length > 0 ? found.map((name) => join(path, name)) : [path];
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // why it can't be looked at is said when it is opened
  }
}

/** Whether it needs a service that the host itself doesn't have. */
function needsOthers({ dialect, info }: FileReport, host: HostFacts): boolean {
  const family = host.dialects.find(({ id }) => id === dialect);
  // A family with services of its own finds none of other plugins, unless it says so.
  if (family?.services && !family.findsOthers) return false;
  const services = family?.services ?? host.services;
  return (info?.requires ?? []).some((need) => !need.optional && !meets(need, services));
}

/** A file that cannot be opened is still a row, so that the others are not lost. */
function unreadable(path: string, error: MortiseError): FileReport {
  const [problem] = error.problems as [Problem, ...Problem[]];
  const { code, message, remedy } = problem;
  const check = { id: 'file', status: 'fail', code, message, remedy, problem } as const;
  return {
    path,
    dialect: null,
    info: null,
    producers: [],
    status: 'fail',
    checks: [check],
    unreadable: error,
  };
}
