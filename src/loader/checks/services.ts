/** Does the host have every service that the plugin cannot do without? All that is missing at once. */
import type { Check, HostFacts, Identity, ServiceNeed } from '../record.js';
import { difference, fitsVersion, type HostService, meets, named, otherSignature } from '../service-fits.js';
import { failed, ok } from './result.js';

export const checkServices: Check = ({ identity, path, dialect }, facts) => {
  if (!identity) return [];
  const others = dialect?.findsOthers ? facts.services.filter(({ provider }) => provider !== 'mortise') : [];
  const all = dialect?.services ? [...dialect.services, ...others] : facts.services;
  const host = { ...facts, services: all.filter((service) => isFor(identity, service)) };
  if (identity.requires.length === 0) return [ok('services', 'needs none')];
  const unmet = identity.requires.filter((need) => !need.optional && !meets(need, host.services));
  if (unmet.length === 0) {
    return [ok('services', identity.requires.map((need) => met(need, host)).join(', '))];
  }
  const release = dialect?.services
    ? 'the server release that this host stands in for'
    : `mortise ${facts.version}`;
  return unmet.map((need) => {
    if (meets(need, identity.provides)) return ownService(need, path);
    const kept = all.find(
      (service) => service.provider !== identity.name && !isFor(identity, service) && meets(need, [service]),
    );
    return kept
      ? otherToolchain(identity, need, kept, path)
      : refuse(need, path, host, release, dialect?.words.server);
  });
};

/** Nobody starts before itself, and types of another compiler are other types. */
const isFor = ({ name, toolchain }: Identity, service: HostService): boolean =>
  service.provider === 'mortise' ||
  (service.provider !== name && (service.toolchain === undefined || service.toolchain === toolchain));

/** Its version and functions would do. */
function otherToolchain({ toolchain }: Identity, need: ServiceNeed, service: HostService, path: string) {
  const wanted = named(need);
  return failed('services', {
    code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH',
    message: `${wanted} of ${service.provider} hands out types of ${service.toolchain}, and the plugin is of ${toolchain}`,
    subject: path,
    where: need.symbol,
    expected: service.toolchain,
    found: toolchain,
    remedy: `Build both plugins with the same compiler: ${service.provider} says that its types depend on it.`,
  });
}

/** What the plugin doesn't get from the host itself, with who gives it. */
function met(need: ServiceNeed, { services }: HostFacts): string {
  const fitting = services.filter((service) => meets(need, [service]));
  const provider = fitting.some((service) => service.provider === 'mortise')
    ? undefined
    : fitting[0]?.provider;
  return `${named(need)}${provider ? ` of ${provider}` : ''}`;
}

function ownService(need: ServiceNeed, path: string) {
  const wanted = named(need);
  return failed('services', {
    code: 'MORTISE_ERR_SERVICE_CYCLE',
    message: `needs ${wanted}, which only it provides itself`,
    subject: path,
    where: need.symbol,
    expected: `a plugin before it that provides ${wanted}`,
    found: 'its own',
    remedy:
      'Call its functions directly, or want the service (MORTISE_WANT_SERVICE) where another may provide it.',
  });
}

function refuse(need: ServiceNeed, path: string, host: HostFacts, release: string, server?: string) {
  const wanted = named(need);
  const having = host.services.filter(({ name }) => name === need.name);
  const common = { subject: path, where: need.symbol, expected: wanted };
  const other = having.find((service) => fitsVersion(need, service));
  const differs = other && difference(need, other);
  if (differs) {
    return failed('services', {
      ...common,
      ...otherSignature(need, other, differs),
    });
  }
  if (having.length === 0) {
    const known = [...new Set(host.services.map(({ name }) => name))];
    return failed('services', {
      ...common,
      code: 'MORTISE_ERR_SERVICE_UNKNOWN',
      message: `needs ${wanted}, which ${server ? `only ${server} provides` : 'nobody provides'}`,
      found: known.length > 0 ? `services: ${known.join(', ')}` : 'no services',
      remedy: server
        ? `Install it in ${server}.`
        : `Load a plugin that provides ${need.name}, or run it on a host that has it.`,
    });
  }
  // The host's own come with its release; a plugin's with that plugin.
  const others = having.map(({ provider }) => provider).filter((provider) => provider !== 'mortise');
  const has = having.map(
    ({ major, minor, provider }) =>
      `${need.name} ${major}.${minor} (${provider === 'mortise' ? release : `plugin ${provider}`})`,
  );
  const isEmbedders = others.length === 0 && server === undefined && !need.name.startsWith('mortise.');
  return failed('services', {
    ...common,
    code: 'MORTISE_ERR_SERVICE_VERSION',
    message: `needs ${wanted}, host has ${having.map(({ major, minor }) => `${major}.${minor}`).join(', ')}`,
    found: has.join(', '),
    remedy: isEmbedders
      ? `Build the plugin against the headers of what this application has, or run it in one that has ${wanted}.`
      : others.length > 0
        ? `Build the plugin against the headers of ${others.join(' or ')}, or load a version of that which provides ${wanted}.`
        : `Build the plugin against ${release}, or run it on a host that has ${wanted}.`,
  });
}
