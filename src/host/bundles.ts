/** The bundles that a host finds in its sources. */
import type { PluginRequest } from '../config/value.js';
import type { Problem } from '../errors.js';
import type { Bundles, FoundBundle } from '../loader/bundles/bundles.js';
import { Entry } from '../registry/entry.js';
import type { HostOptions } from './options.js';
import { workingDirectory } from './working-directory.js';

/**
 * Undefined where there are no sources: nothing of this is loaded then.
 * @throws MortiseError MORTISE_ERR_SOURCE, MORTISE_ERR_TRUST_KEY
 */
export async function bundlesIn({
  sources,
  cwd = workingDirectory(),
}: HostOptions): Promise<Bundles | undefined> {
  if (!sources) return undefined;
  const { Bundles } = await import('../loader/bundles/bundles.js');
  const bundles = new Bundles(sources, { cwd, platform: process.platform, arch: process.arch });
  await bundles.discover();
  return bundles;
}

/**
 * Those that nobody asked for by name are loaded after all others. What is out of the question is there, and says why.
 * @param changed called after each change of state
 */
export function entriesOf(
  bundles: Bundles,
  requests: readonly PluginRequest[],
  changed: (entry: Entry) => void,
): Entry[] {
  const asked = new Set(requests.map(({ name }) => bundles.find(name)));
  return bundles.found.filter((found) => !asked.has(found)).map((found) => entryOf(found, changed));
}

function entryOf(found: FoundBundle, changed: (entry: Entry) => void): Entry {
  const { name, aliases, problems, path, bundle } = found;
  const entry = new Entry({ name, ...(aliases.length > 0 && { aliases: [...aliases] }) }, changed);
  entry.path = path;
  entry.bundle = bundle ?? { class: found.class, directory: found.directory };
  const [first, ...rest] = problems as [Problem?, ...Problem[]];
  if (first) entry.refuse('rejected', [first, ...rest]);
  return entry;
}
