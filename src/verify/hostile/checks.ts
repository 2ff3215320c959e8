/** What each check does, in the child. */
import { routeAll, stopInCalls } from './calls.js';
import { oddConfigurations } from './configurations.js';
import type { HostileCheck } from './names.js';
import type { Outcome, Seat } from './seat.js';
import { again, twoHosts, withoutOptional } from './starts.js';

export async function runCheck(check: HostileCheck, seat: Seat): Promise<Outcome> {
  switch (check) {
    case 'queries':
      return routeAll(seat);
    case 'two-hosts':
      return twoHosts(seat);
    case 'no-optional':
      return withoutOptional(seat);
    case 'stop-in-calls':
      return stopInCalls(seat);
    case 'restart':
      return again(seat);
    default:
      return configure(check, seat);
  }
}

async function configure(check: HostileCheck, { config, open, doing, asked }: Seat): Promise<Outcome> {
  doing('a key that it does not know');
  // Only then does a plugin's host say what was asked for.
  await (await open({ ...config, mortise_test_unknown: true })).host.close();
  const odd = oddConfigurations(check, config, asked());
  let refused = 0;
  for (const one of odd) {
    doing(one.name);
    const { host, problems } = await open(one.config);
    if (problems.length > 0) refused++;
    await host.close();
  }
  if (odd.length === 0) return { skipped: 'asks for no key, and has no configuration' };
  const count = odd.length === 1 ? '1 configuration' : `${odd.length} configurations`;
  return { passed: `${count}, ${refused === 0 ? 'none' : refused} refused` };
}
