/** Runs the four stages over all plugins of a host. */

import { openFile } from '../binary/index.js';
import { MortiseError, type Problem } from '../errors.js';
import { bootstrap } from '../loader/bootstrap.js';
import type { Bundles } from '../loader/bundles/bundles.js';
import { failed } from '../loader/checks/result.js';
import { discover } from '../loader/discover.js';
import { initialize } from '../loader/initialize.js';
import { providedBy, startOrder } from '../loader/order.js';
import { ownLibraries } from '../loader/own-libraries.js';
import type { PrivateDirectory } from '../loader/private-copy.js';
import type {
  Candidate,
  CheckResult,
  Evidence,
  HostFacts,
  ProgramSeat,
  Validated,
} from '../loader/record.js';
import type { Running, Step } from '../loader/running.js';
import { isParser } from '../loader/sql-parser.js';
import { validate } from '../loader/validate.js';
import type { NativeHost } from '../native/addon.js';
import type { Entry } from '../registry/entry.js';

export interface StartOptions {
  host: NativeHost;
  facts: HostFacts;
  directory: PrivateDirectory;
  cwd: string;
  search: readonly string[];
  /** Those of the host's sources. */
  bundles?: Bundles;
  /** Hears each step of each plugin before it is taken. */
  step(entry: Entry, step: Step): void;
  /** Hears what a plugin did wrong. */
  tell(entry: Entry, problem: Problem): void;
  /** Hears what a program logs. */
  log(entry: Entry, line: Parameters<ProgramSeat['log']>[0]): void;
}

/** A plugin on its way through the stages. */
interface Starting extends Evidence {
  entry: Entry;
  candidate: Candidate;
  close(): void;
}

/**
 * What fails is left in its state with its error; the rest goes on.
 * @returns those that are ready, in the order of their init
 */
export async function startPlugins(entries: readonly Entry[], options: StartOptions): Promise<Entry[]> {
  const starting: Starting[] = [];
  try {
    for (const entry of entries) {
      if (entry.state !== 'discovered') continue;
      const found = await find(entry, options);
      if (found) starting.push(found);
    }
    const passed = check(starting, { ...options.facts, parser: parserOf(starting) ?? options.facts.parser });
    const { order, cyclic } = startOrder(passed);
    for (const [{ entry }, problem] of cyclic) entry.refuse('rejected', [problem]);
    const started: Entry[] = [];
    for (const one of order) if (await start(one, options)) started.push(one.entry);
    return started;
  } finally {
    for (const one of starting) one.close();
  }
}

/** The version of the parser that a plugin brings, which then is the host's. */
function parserOf(starting: readonly Starting[]): string | undefined {
  return starting.find(({ identity }) => identity?.provides.some(isParser))?.identity?.parser;
}

/** Discover and bootstrap. */
async function find(
  entry: Entry,
  { cwd, search, facts, directory, bundles }: StartOptions,
): Promise<Starting | undefined> {
  try {
    const candidate = await discover(entry.request, {
      cwd,
      search,
      bundles,
      dialects: facts.dialects,
    });
    entry.path = candidate.path;
    entry.bundle = candidate.bundle ?? entry.bundle;
    const evidence = await bootstrap(candidate, facts, {
      hold: async (file) => openFile((await directory.stage(file)).path),
    });
    entry.sha256 = evidence.sha256;
    entry.dialect = evidence.dialect?.id;
    entry.identity = evidence.identity;
    entry.request = candidate.request;
    try {
      const libraries = await ownLibraries(evidence, facts, (file) => directory.stage(file));
      return { ...evidence, libraries, config: candidate.request.config, entry, candidate };
    } catch (error) {
      evidence.close();
      throw error;
    }
  } catch (error) {
    refuse(entry, 'rejected', error);
    return undefined;
  }
}

/** Validates all, again and again while a plugin that is refused takes services away from others. */
function check(starting: readonly Starting[], facts: HostFacts): (Starting & Validated)[] {
  let passed = [...starting];
  for (let before = -1; before !== passed.length; ) {
    before = passed.length;
    const services = [...facts.services, ...passed.flatMap(({ identity }) => providedBy(identity))];
    const present = new Map(
      passed.flatMap(({ identity }) => (identity ? [[identity.name, identity.version]] : [])),
    );
    const kept: Starting[] = [];
    for (const one of passed) {
      try {
        const checks = [...validate(one, { ...facts, services, present }), ...checkName(one, kept)];
        one.entry.checks = checks;
        if (accept(one.entry, checks)) kept.push(one);
      } catch (error) {
        refuse(one.entry, 'rejected', error);
      }
    }
    passed = kept;
  }
  for (const { entry } of passed) entry.become('validated');
  return passed as (Starting & Validated)[];
}

function accept(entry: Entry, checks: readonly CheckResult[]): boolean {
  const problems = checks
    .filter(({ status }) => status === 'fail')
    .map(({ problem }) => problem)
    .filter((problem) => problem !== undefined);
  const [first, ...rest] = problems;
  if (first) entry.refuse('rejected', [first, ...rest]);
  return !first;
}

/** The first of a name keeps it, unless it was refused itself. */
function checkName(one: Starting, before: readonly Starting[]): CheckResult[] {
  const first = before.find(({ identity }) => identity !== undefined && identity.name === one.identity?.name);
  if (!first) return [];
  return [
    failed('name', {
      code: 'MORTISE_ERR_NAME_DUPLICATE',
      message: `${one.entry.name} is already the name of ${first.path}`,
      subject: one.path,
      where: one.bundle ? 'id' : `${one.dialect?.words.identity}.name`,
      expected: 'a name that no other plugin of this host has',
      found: one.entry.name,
      remedy: 'Take one of the two out of the configuration.',
    }),
  ];
}

/** Initialize. */
async function start(one: Starting & Validated, options: StartOptions): Promise<boolean> {
  const { host, facts, directory, step } = options;
  const { entry, candidate } = one;
  const warnings: CheckResult[] = [];
  if (one.bundle && one.bundle.executable === undefined) {
    entry.running = withoutProgram;
    entry.become('ready');
    return true;
  }
  try {
    const running = initialize(one, directory, facts, {
      host,
      config: candidate.request.config ?? {},
      step: (taken) => step(entry, taken),
      loaded: () => entry.become('loaded'),
      warn: (check) => {
        if (!entry.checks.some(({ id, message }) => id === check.id && message === check.message))
          warnings.push(check);
      },
      program: seatOf(entry, options),
    });
    // A library starts in this turn: others must not come in between.
    entry.running = running instanceof Promise ? await running : running;
    entry.checks = [...entry.checks, ...warnings, ...entry.running.warnings];
    entry.become('ready');
    return true;
  } catch (error) {
    refuse(entry, 'failed', error);
    return false;
  }
}

/** A bundle of which nothing runs here: a page, or what holds other bundles. */
const withoutProgram: Running = {
  offers: Object.freeze({}),
  warnings: [],
  retire: () => [],
  settle: () => 0,
  abandon() {},
  stop: () => true,
};

/** Before it is ready, and once the host stops it, its state is the host's. */
function seatOf(entry: Entry, { tell, log }: StartOptions): ProgramSeat {
  const isWatched = () => ['ready', 'crashed', 'quarantined'].includes(entry.state);
  return {
    became: (state) => {
      if (isWatched()) entry.become(state);
    },
    tell: (problem) => {
      if (isWatched()) tell(entry, problem);
    },
    log: (line) => log(entry, line),
  };
}

/** Whatever went wrong is this plugin's alone: the others go on. */
function refuse(entry: Entry, state: 'rejected' | 'failed', error: unknown): void {
  if (error instanceof MortiseError) {
    entry.refuse(state, error.problems as [Problem, ...Problem[]], error.cause);
    return;
  }
  const denied = accessDenied(error, entry.name);
  if (denied) {
    entry.refuse(state, [denied], error);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const problem: Problem = {
    code: 'MORTISE_ERR_LOAD_FAILED',
    message: `its options cannot be read, or mortise failed: ${message}`,
    subject: entry.name,
    expected: 'options that can be read',
    found: message,
    remedy: 'See the error’s cause: a getter of the options that throws, or an error in mortise to report.',
  };
  entry.refuse(state, [problem], error);
}

/** Node.js's permission model, which files it loads on its way are subject to as well. */
function accessDenied(error: unknown, subject: string): Problem | undefined {
  const { code, permission, resource } = (error ?? {}) as {
    code?: string;
    permission?: string;
    resource?: string;
  };
  if (code !== 'ERR_ACCESS_DENIED') return undefined;
  return {
    code: 'MORTISE_ERR_FILE_UNREADABLE',
    message: `Node.js’s permission model denies it ${permission ?? 'access'}${resource ? ` of ${resource}` : ''}`,
    subject,
    where: resource,
    expected: 'a process that may read plugins and write private copies of them',
    found: code,
    remedy:
      'Start Node.js with --allow-fs-read and --allow-fs-write for those places, or without --permission.',
  };
}
