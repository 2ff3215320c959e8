/** In which order plugins start: those that provide services before those that need them. */
import type { Problem } from '../errors.js';
import type { Evidence, HostFacts, Identity } from './record.js';
import { meets } from './service-fits.js';

/** What ordering needs to know of a plugin. */
export type Ordered = Pick<Evidence, 'identity' | 'path' | 'bundle'>;

/**
 * Stable: plugins that don't depend on each other stay in the order given. A cycle has no order: its members
 * are left out, each with the same problem. Who only wants a service starts after its providers too, unless
 * those need what would start later for it; and so does a bundle after those that its plugin.json says it depends on.
 */
export function startOrder<T extends Ordered>(
  plugins: readonly T[],
): { order: T[]; cyclic: Map<T, Problem> } {
  const offered = byService(plugins);
  const needed = new Map(plugins.map((plugin) => [plugin, providersOf(plugin, offered, false)]));
  const ids = new Map(plugins.flatMap((plugin) => (plugin.bundle ? [[plugin.bundle.id, plugin]] : [])));
  const wanted = new Map(
    plugins.map((plugin) => [plugin, [...providersOf(plugin, offered, true), ...bundlesFor(plugin, ids)]]),
  );
  const cyclic = findCycles(plugins, needed);
  const order: T[] = [];
  const done = new Set<T>(cyclic.keys());
  const path = new Set<T>();

  const visit = (plugin: T): void => {
    if (done.has(plugin)) return;
    path.add(plugin);
    for (const provider of needed.get(plugin) ?? []) visit(provider);
    for (const provider of wanted.get(plugin) ?? []) {
      if (!reaches(provider, path, needed)) visit(provider);
    }
    path.delete(plugin);
    done.add(plugin);
    order.push(plugin);
  };
  for (const plugin of plugins) visit(plugin);
  return { order, cyclic };
}

function findCycles<T extends Ordered>(
  plugins: readonly T[],
  needed: ReadonlyMap<T, readonly T[]>,
): Map<T, Problem> {
  const cyclic = new Map<T, Problem>();
  const done = new Set<T>();
  const path: T[] = [];
  const visit = (plugin: T): void => {
    if (done.has(plugin)) return;
    const start = path.indexOf(plugin);
    if (start >= 0) {
      const cycle = path.slice(start);
      const problem = cycleProblem(cycle);
      for (const member of cycle) cyclic.set(member, { ...problem, subject: member.path });
      return;
    }
    path.push(plugin);
    for (const provider of needed.get(plugin) ?? []) visit(provider);
    path.pop();
    done.add(plugin);
  };
  for (const plugin of plugins) visit(plugin);
  return cyclic;
}

/** Whether a plugin, or one that it can't start without, is among those that wait for it. */
function reaches<T>(from: T, waiting: ReadonlySet<T>, needed: ReadonlyMap<T, readonly T[]>): boolean {
  const seen = new Set([from]);
  for (const plugin of seen) {
    if (waiting.has(plugin)) return true;
    for (const provider of needed.get(plugin) ?? []) seen.add(provider);
  }
  return false;
}

/** Who provides a service of a name, with the place among all: most plugins have nothing to do with each other. */
type Offered<T> = ReadonlyMap<string, readonly { plugin: T; place: number }[]>;

function byService<T extends Ordered>(plugins: readonly T[]): Offered<T> {
  const found = new Map<string, { plugin: T; place: number }[]>();
  for (const [place, plugin] of plugins.entries()) {
    for (const name of new Set(plugin.identity?.provides.map(({ name }) => name))) {
      const providers = found.get(name);
      if (providers) providers.push({ plugin, place });
      else found.set(name, [{ plugin, place }]);
    }
  }
  return found;
}

/** In the order of the plugins. */
function providersOf<T extends Ordered>(plugin: T, offered: Offered<T>, optional: boolean): T[] {
  const needs = plugin.identity?.requires.filter((need) => need.optional === optional) ?? [];
  const places = new Map<T, number>();
  for (const need of needs) {
    for (const { plugin: other, place } of offered.get(need.name) ?? []) {
      if (other !== plugin && meets(need, other.identity?.provides ?? [])) places.set(other, place);
    }
  }
  return [...places].sort(([, a], [, b]) => a - b).map(([other]) => other);
}

/** Two that depend on each other call nothing of each other at their start: both start. */
function bundlesFor<T extends Ordered>({ bundle }: T, ids: ReadonlyMap<string, T>): T[] {
  return (bundle?.dependencies.plugins ?? []).flatMap(({ id }) => ids.get(id) ?? []);
}

function cycleProblem(cycle: readonly Ordered[]): Problem {
  const names = cycle.map(({ identity }) => identity?.name ?? '?');
  const round = [...names, names[0]].join(' → ');
  return {
    code: 'MORTISE_ERR_SERVICE_CYCLE',
    message: `the plugins need each other's services: ${round}`,
    expected: 'an order in which every provider starts before its users',
    found: round,
    remedy:
      'Make one of the needs optional (MORTISE_WANT_SERVICE) and subscribe to the service (mortise/registry.h).',
  };
}

/** What its file says, as services of a host. */
export function providedBy(identity: Identity | undefined): HostFacts['services'][number][] {
  return (identity?.provides ?? []).map(({ name, major, minor, signature }) => ({
    name,
    major,
    minor,
    signature,
    provider: identity?.name ?? '',
    ...(identity?.exactToolchain ? { toolchain: identity.toolchain } : {}),
  }));
}
