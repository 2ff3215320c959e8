/** Runs the four stages over all plugins of a host. */

import { MortiseError, type Problem } from '../errors.js';
import { bootstrap } from '../loader/bootstrap.js';
import { failed } from '../loader/checks/result.js';
import { discover } from '../loader/discover.js';
import { initialize } from '../loader/initialize.js';
import { startOrder } from '../loader/order.js';
import type { PrivateDirectory } from '../loader/private-copy.js';
import type { Candidate, CheckResult, Evidence, HostFacts, Validated } from '../loader/record.js';
import { validate } from '../loader/validate.js';
import type { NativeHost } from '../native/addon.js';
import type { Plugin } from '../registry/plugin.js';
import { providedBy } from '../verify/offers.js';

export interface StartOptions {
  host: NativeHost;
  facts: HostFacts;
  directory: PrivateDirectory;
  cwd: string;
  search: readonly string[];
}

/** A plugin on its way through the stages. */
interface Starting extends Evidence {
  plugin: Plugin;
  candidate: Candidate;
  close(): void;
}

/**
 * What fails is left in its state with its error; the rest goes on.
 * @returns the plugins that are ready, in the order of their init
 */
export async function startPlugins(plugins: readonly Plugin[], options: StartOptions): Promise<Plugin[]> {
  const starting: Starting[] = [];
  try {
    for (const plugin of plugins) {
      const found = await find(plugin, options);
      if (found) starting.push(found);
    }
    const passed = check(starting, options.facts);
    const { order, cyclic } = startOrder(passed);
    for (const [{ plugin }, problem] of cyclic) plugin.refuse('rejected', [problem]);
    return order.filter((one) => start(one, options)).map(({ plugin }) => plugin);
  } finally {
    for (const one of starting) one.close();
  }
}

/** Discover and bootstrap. */
async function find(plugin: Plugin, { cwd, search, facts }: StartOptions): Promise<Starting | undefined> {
  try {
    const candidate = await discover(plugin.request, { cwd, search });
    plugin.learn({ path: candidate.path });
    const evidence = bootstrap(candidate, { hold: true, arch: facts.arch });
    const { sha256, dialect, identity } = evidence;
    plugin.learn({ sha256, dialect: dialect?.id, identity, request: candidate.request });
    return { ...evidence, plugin, candidate };
  } catch (error) {
    refuse(plugin, 'rejected', error);
    return undefined;
  }
}

/** Validates all, again and again while a plugin that is refused takes services away from others. */
function check(starting: readonly Starting[], facts: HostFacts): (Starting & Validated)[] {
  let passed = [...starting];
  for (let before = -1; before !== passed.length; ) {
    before = passed.length;
    const services = [...facts.services, ...passed.flatMap(({ identity }) => providedBy(identity))];
    const kept: Starting[] = [];
    for (const one of passed) {
      const checks = [...validate(one, { ...facts, services }), ...checkName(one, kept)];
      one.plugin.learn({ checks });
      if (accept(one.plugin, checks)) kept.push(one);
    }
    passed = kept;
  }
  for (const { plugin } of passed) plugin.become('validated');
  return passed as (Starting & Validated)[];
}

function accept(plugin: Plugin, checks: readonly CheckResult[]): boolean {
  const problems = checks
    .filter(({ status }) => status === 'fail')
    .map(({ problem }) => problem)
    .filter((problem) => problem !== undefined);
  const [first, ...rest] = problems;
  if (first) plugin.refuse('rejected', [first, ...rest]);
  return !first;
}

/** The first of a name keeps it, unless it was refused itself. */
function checkName(one: Starting, before: readonly Starting[]): CheckResult[] {
  const first = before.find(({ identity }) => identity !== undefined && identity.name === one.identity?.name);
  if (!first) return [];
  return [
    failed('name', {
      code: 'MORTISE_ERR_NAME_DUPLICATE',
      message: `${one.plugin.name} is already the name of ${first.path}`,
      subject: one.path,
      where: 'module_info.name',
      expected: 'a name that no other plugin of this host has',
      found: one.plugin.name,
      remedy: 'Take one of the two out of the configuration.',
    }),
  ];
}

/** Initialize. */
function start(one: Starting & Validated, { host, directory }: StartOptions): boolean {
  const { plugin, candidate } = one;
  try {
    const binding = initialize(one, directory, {
      host,
      config: candidate.request.config ?? {},
      loaded: () => plugin.become('loaded'),
    });
    plugin.binding = binding;
    plugin.learn({ checks: [...plugin.checks, ...binding.warnings] });
    plugin.become('ready');
    return true;
  } catch (error) {
    refuse(plugin, 'failed', error);
    return false;
  }
}

function refuse(plugin: Plugin, state: 'rejected' | 'failed', error: unknown): void {
  if (!(error instanceof MortiseError)) throw error;
  plugin.refuse(state, error.problems as [Problem, ...Problem[]], error.cause);
}
