/** Stops one plugin of a running host, with those that use its services or without. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addon, type NativeHost, type NativePlugin } from '../addon.js';
import { MortiseError } from '../errors.js';
import type { Plugin } from '../registry/plugin.js';

/** How long a plugin's tasks may take to end. */
const taskLimitMs = 10_000;

/**
 * The plugins to stop for `plugin`, in order: users of its services first, and theirs before them.
 * @param started in the order of their init
 */
export function withUsers(plugin: Plugin, started: readonly Plugin[], host: NativeHost): Plugin[] {
  const services = addon().listServices(host);
  const chosen = new Set<Plugin>();
  const choose = (one: Plugin): void => {
    if (chosen.has(one)) return;
    chosen.add(one);
    const users = services.filter(({ provider }) => provider === one.name).flatMap(({ users }) => users);
    for (const other of started) if (users.includes(other.name)) choose(other);
  };
  choose(plugin);
  return started.filter((one) => chosen.has(one)).reverse();
}

/** Refuses while others use its services: asks those first who only want them. */
export function retire(plugin: Plugin): void {
  const native = plugin.binding?.native;
  const holders = native ? addon().retirePlugin(native) : [];
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

/**
 * Waits for tasks on the pool while the event loop goes on: what such a task asks of this thread is answered,
 * so that neither waits for ever.
 */
export async function endTasks(plugins: readonly Plugin[]): Promise<void> {
  const natives = plugins.flatMap(({ binding }) => binding?.native ?? []);
  const end = performance.now() + taskLimitMs;
  const running = (native: NativePlugin) => addon().closeTasks(native) > 0;
  for (let pause = 1; natives.filter(running).length > 0 && performance.now() < end; pause *= 1.5) {
    await sleep(Math.min(pause, 50));
  }
}
