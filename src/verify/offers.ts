/** The services that plugins' files say they provide: what others may count on before anything of them runs. */
import { MortiseError, type Problem } from '../errors.js';
import { bootstrap } from '../loader/bootstrap.js';
import { checkServices } from '../loader/checks/services.js';
import { providedBy, startOrder } from '../loader/order.js';
import { ownLibraries } from '../loader/own-libraries.js';
import type { Evidence, HostFacts, Identity } from '../loader/record.js';
import { meets } from '../loader/service-fits.js';
import { validate } from '../loader/validate.js';
import { statusOf } from './file.js';

/** A plugin that passes the checks, and so can provide what it says. */
export interface Offer {
  path: string;
  identity: Identity;
}

/** Those of the files that provide services and pass on this host, beside each other. */
export async function offersOf(paths: readonly string[], host: HostFacts): Promise<Offer[]> {
  const all: Candidate[] = [];
  for (const path of paths) {
    const found = await look(path, host, ({ identity, dialect }) => identity && { path, identity, dialect });
    if (found && found.identity.provides.length > 0) all.push(found);
  }
  const beside = (offers: readonly Candidate[]): HostFacts => ({
    ...host,
    services: [...host.services, ...offers.flatMap(({ identity }) => providedBy(identity))],
  });
  const together = beside(all);
  const passes = (evidence: Evidence) => statusOf(validate(evidence, together)) !== 'fail';
  let offers: Candidate[] = [];
  for (const one of all) if (await look(one.path, host, passes)) offers.push(one);
  // What is refused takes services away from others. Nothing else about those changes: their files aren't read again.
  for (let before = all.length; before !== offers.length; ) {
    before = offers.length;
    const facts = beside(offers);
    offers = offers.filter((one) => statusOf(checkServices(one as Evidence & Candidate, facts)) !== 'fail');
  }
  return offers;
}

type Candidate = Offer & Pick<Evidence, 'dialect'>;

/** One file open at a time, however many there are. Undefined for what can't be read: that offers nothing. */
async function look<Seen>(
  path: string,
  host: HostFacts,
  see: (evidence: Evidence) => Seen,
): Promise<Seen | undefined> {
  try {
    const evidence = await bootstrap({ path }, host, { hash: host.lock !== undefined });
    try {
      if (host.lock) evidence.libraries = await ownLibraries(evidence, host);
      return see(evidence);
    } finally {
      evidence.close();
    }
  } catch (error) {
    if (error instanceof MortiseError) return undefined;
    throw error;
  }
}

/** Those of `offers` that a plugin can't start without, each after what it needs itself. */
export function providersFor(plugin: Offer, offers: readonly Offer[], host: HostFacts): Offer[] {
  const chosen = new Set<Offer>();
  const choose = ({ requires }: Identity): void => {
    for (const need of requires) {
      if (need.optional || meets(need, host.services)) continue;
      const provider = offers.find(({ identity }) => meets(need, identity.provides));
      if (!provider || provider.path === plugin.path || chosen.has(provider)) continue;
      // Before its own needs are looked at: two that need each other end here.
      chosen.add(provider);
      choose(provider.identity);
      chosen.delete(provider);
      chosen.add(provider);
    }
  };
  choose(plugin.identity);
  return [...chosen];
}

/** Why a plugin can't start beside `offers`: it needs what needs it. */
export function cycleWith(plugin: Offer, offers: readonly Offer[]): Problem | undefined {
  const others = offers.filter(({ path }) => path !== plugin.path);
  return startOrder([plugin, ...others]).cyclic.get(plugin);
}
