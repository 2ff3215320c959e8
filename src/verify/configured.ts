/** The plugins of a configuration: those that it names, and the bundles in its sources. Nothing of them runs. */
import { dirname } from 'node:path';
import type { Config } from '../config/record.js';
import type { PluginRequest } from '../config/value.js';
import { MortiseError } from '../errors.js';
import { Bundles } from '../loader/bundles/bundles.js';
import { discover } from '../loader/discover.js';
import type { Candidate, Dialect } from '../loader/record.js';

/** One of them, and either where it is or why it isn't there. */
export interface ConfiguredPlugin {
  request: PluginRequest;
  /** Not merely found in a source. */
  isNamed: boolean;
  candidate?: Candidate;
  error?: MortiseError;
}

interface System {
  dialects: readonly Dialect[];
  platform: NodeJS.Platform;
  arch: string;
}

/**
 * In the order of the file; then those that only a source has.
 * @param options.withSources false: the sources aren't looked into, which takes long where signatures are checked
 * @throws MortiseError MORTISE_ERR_SOURCE, MORTISE_ERR_TRUST_KEY
 */
export async function configuredPlugins(
  { path, host, plugins, sources }: Config,
  { dialects, platform, arch }: System,
  { withSources = true } = {},
): Promise<ConfiguredPlugin[]> {
  const cwd = dirname(path);
  const bundles = new Bundles((withSources && sources) || {}, { cwd, platform, arch });
  await bundles.discover();
  const asked = new Set(plugins.map(({ name }) => bundles.find(name)));
  const others = bundles.found.filter((one) => !asked.has(one));
  const requests = [
    ...plugins.map((request) => ({ request, isNamed: true })),
    ...others.map(({ name }) => ({ request: { name }, isNamed: false })),
  ];
  const found: ConfiguredPlugin[] = [];
  for (const { request, isNamed } of requests) {
    try {
      const options = { cwd, search: host.search, platform, arch, bundles, dialects };
      found.push({ request, isNamed, candidate: await discover(request, options) });
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      found.push({ request, isNamed, error });
    }
  }
  return found;
}
