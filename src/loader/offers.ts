/** The services that plugins' files say they provide: what others may count on before anything of them runs. */
import { MortiseError } from '../errors.js';
import { bootstrap } from './bootstrap.js';
import { meets } from './checks/services.js';
import type { Evidence, HostFacts, Identity } from './record.js';
import { validate } from './validate.js';
import { statusOf } from './verify.js';

/** A plugin that passes the checks, and so can provide what it says. */
export interface Offer {
  path: string;
  identity: Identity;
}

/** What its file says, as services of a host. */
export function providedBy(identity: Identity | undefined): HostFacts['services'][number][] {
  return (identity?.provides ?? []).map(({ name, major, minor }) => ({
    name,
    major,
    minor,
    provider: identity?.name ?? '',
  }));
}

/** Those of the files that pass on this host, beside each other. What can't be read offers nothing. */
export function offersOf(paths: readonly string[], host: HostFacts): Offer[] {
  const read: (Evidence & { close(): void })[] = [];
  try {
    for (const path of paths) {
      try {
        read.push(bootstrap({ request: { name: path }, path }, { arch: host.arch }));
      } catch (error) {
        if (!(error instanceof MortiseError)) throw error;
      }
    }
    let passed = read;
    for (let before = -1; before !== passed.length; ) {
      before = passed.length;
      const services = [...host.services, ...passed.flatMap(({ identity }) => providedBy(identity))];
      passed = passed.filter((one) => statusOf(validate(one, { ...host, services })) !== 'fail');
    }
    return passed.flatMap(({ path, identity }) => (identity ? { path, identity } : []));
  } finally {
    for (const one of read) one.close();
  }
}

/** Those of `offers` that a plugin can't start without, each after what it needs itself. */
export function providersFor(identity: Identity, offers: readonly Offer[], host: HostFacts): Offer[] {
  const chosen = new Set<Offer>();
  const choose = ({ requires }: Identity): void => {
    for (const need of requires) {
      if (need.optional || meets(need, host.services)) continue;
      const provider = offers.find(({ identity }) => meets(need, identity.provides));
      if (!provider || chosen.has(provider)) continue;
      // Before its own needs are looked at: two that need each other end here.
      chosen.add(provider);
      choose(provider.identity);
      chosen.delete(provider);
      chosen.add(provider);
    }
  };
  choose(identity);
  return [...chosen];
}
