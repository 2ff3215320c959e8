/** Stopping plugins: which, in which order, and what has to end before. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MortiseError, type Problem } from '../errors.js';
import { addon, type NativeHost } from '../native/addon.js';
import type { Entry } from '../registry/entry.js';

/** How long tasks and calls of plugins may take to end. */
const limitMs = 10_000;
const graceMs = 3000;

/** Refuses while others use its services: asks those first who only want them. */
export function retire(plugin: Entry): void {
  const holders = plugin.running?.retire(false) ?? [];
  if (holders.length === 0) return;
  const names = holders.join(', ');
  throw new MortiseError({
    code: 'MORTISE_ERR_SERVICE_IN_USE',
    message: `its services are in use by ${names}`,
    subject: plugin.name,
    expected: 'no leases of other plugins',
    found: `leases of ${names}`,
    remedy: `Stop ${names} first, or stop ${plugin.name} with { withUsers: true }.`,
  });
}

/** The same for a plugin that stops in any case. The names of those who don't let its services go. */
export function retireAnyway({ running }: Entry): string[] {
  return running?.retire(true) ?? [];
}

/**
 * The plugin, those who use its services, those who use theirs, and so on, in the order in which they stop. From now
 * on nobody gets a new lease of any of them.
 */
export function withUsers(plugin: Entry, started: readonly Entry[], host: NativeHost): Entry[] {
  const chosen = new Set<Entry>();
  const choose = (one: Entry): void => {
    if (chosen.has(one)) return;
    chosen.add(one);
    const holders = retireAnyway(one);
    for (const other of started) if (holders.includes(other.name)) choose(other);
  };
  choose(plugin);
  return stopOrder(
    started.filter((one) => chosen.has(one)),
    host,
  );
}

/**
 * The reverse of the order in which they started, but who holds a lease of a plugin that started later stops before
 * it. Where two use each other, directly or through others, the reverse order holds.
 */
export function stopOrder(started: readonly Entry[], host: NativeHost): Entry[] {
  const latestFirst = [...started].reverse();
  const names = usersOf(host);
  const users = new Map(
    started.map((one) => [one, latestFirst.filter((other) => names(one).has(other.name))]),
  );
  const uses = (one: Entry, other: Entry, seen = new Set<Entry>()): boolean =>
    (users.get(other) ?? []).some((user) => {
      if (user === one) return true;
      if (seen.has(user)) return false;
      return uses(one, user, seen.add(user));
    });
  const seen = new Set<Entry>();
  const order: Entry[] = [];
  const place = (one: Entry): void => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const user of users.get(one) ?? []) if (!uses(one, user)) place(user);
    order.push(one);
  };
  for (const one of latestFirst) place(one);
  return order;
}

/** The names of those who hold leases of a plugin's services. */
function usersOf(host: NativeHost): (plugin: Entry) => ReadonlySet<string> {
  const services = addon().listServices(host);
  return ({ name }) => new Set(services.flatMap(({ provider, users }) => (provider === name ? users : [])));
}

/**
 * Takes no more tasks of the plugins, and waits until none runs, no call is on a pool thread, and none of their
 * threads waits for a service in TypeScript. The event loop goes on meanwhile: what they ask of this thread is
 * answered, so that neither waits without end.
 * @param deadlineMs how long work may still run; default 10 s, or what the plugin itself takes for enough
 * @param calls how many calls of a plugin's services are on pool threads
 */
export async function settle(
  plugins: readonly Entry[],
  calls: (plugin: Entry) => number,
  deadlineMs?: number,
): Promise<void> {
  const isBusy = (plugin: Entry) => (plugin.running?.settle(deadlineMs) ?? 0) + calls(plugin) > 0;
  // A program that is told to end after its deadline needs a moment for it.
  const waitMs = deadlineMs === undefined ? limitMs : deadlineMs + graceMs;
  // Not performance.now(): the first use of it loads what takes a millisecond, and most hosts wait for nothing.
  const end = process.uptime() * 1000 + waitMs;
  // Each of them is told at once.
  while (plugins.filter(isBusy).length > 0 && process.uptime() * 1000 < end) await sleep(1);
}

/** Why a plugin can't be stopped though the host ends: then nothing of it is called or taken away any more. */
export function obstacle(plugin: Entry, calls: number): Problem | undefined {
  if (calls === 0) return undefined;
  return {
    code: 'MORTISE_ERR_TASK_STUCK',
    message: `${calls === 1 ? 'a call' : `${calls} calls`} of its services on pool threads still ran; its module_fini was not called`,
    subject: plugin.name,
    where: 'host.services.useAsync',
    expected: 'calls that end',
    found: `${calls} still running`,
    remedy: 'Await calls and close the host before the process ends, or ask its author why they hang.',
  };
}
