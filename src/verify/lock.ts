/** Makes the entries of a lock file from plugins on disk. Nothing of them runs. */
import { openFile, readBinary } from '../binary/index.js';
import type { Config } from '../config/index.js';
import { dialects } from '../dialects/index.js';
import { MortiseError, type Problem } from '../errors.js';
import { hostFacts } from '../host/facts.js';
import { bootstrap } from '../loader/bootstrap.js';
import { entryOf } from '../loader/lock/entry.js';
import { type LockEntry, platformOf } from '../loader/lock/record.js';
import { ownLibraries } from '../loader/own-libraries.js';
import type { Candidate, HostFacts } from '../loader/record.js';
import type { Target } from '../loader/target/target.js';
import { configuredPlugins } from './configured.js';

/** What can be locked: a file, and the bundle that it is the program of. */
type Lockable = Pick<Candidate, 'path' | 'bundle'> & Partial<Pick<Candidate, 'request'>>;

/**
 * All plugins that a configuration names or finds in its sources, but for bundles that no host would take or that have no
 * program.
 * @throws MortiseError for those that are named and can't be found
 */
export async function lockablePlugins(config: Config): Promise<Lockable[]> {
  const { platform, arch } = process;
  const plugins = await configuredPlugins(config, { dialects, platform, arch });
  const [first, ...rest] = plugins.flatMap(({ isNamed, error }) => (isNamed && error ? error.problems : []));
  if (first) throw new MortiseError([first, ...rest]);
  return plugins.flatMap(({ candidate }) =>
    candidate && (!candidate.bundle || candidate.bundle.executable) ? [candidate] : [],
  );
}

/**
 * One entry for each plugin, and for each platform that its file is for.
 * @param folder the lock file's directory
 * @throws MortiseError for all that is not a plugin, and for two plugins of one name and platform
 */
export async function lockEntries(
  plugins: readonly (string | Lockable)[],
  folder: string,
): Promise<LockEntry[]> {
  const host = await hostFacts();
  const entries = new Map<string, LockEntry & { path: string }>();
  const problems: Problem[] = [];
  for (const one of new Set(plugins)) {
    const plugin = typeof one === 'string' ? { path: one } : one;
    const { path } = plugin;
    try {
      for (const entry of await entriesOf(plugin, host, folder)) {
        const key = `${entry.name}\0${entry.platform}`;
        const first = entries.get(key);
        if (first) problems.push(twice(entry, first.path, path));
        else entries.set(key, { ...entry, path });
      }
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      problems.push(...error.problems.map((problem) => ({ subject: path, ...problem })));
    }
  }
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
  return [...entries.values()].map(({ path: _, ...entry }) => entry);
}

async function entriesOf(plugin: Lockable, host: HostFacts, folder: string): Promise<LockEntry[]> {
  const { path } = plugin;
  const entries: LockEntry[] = [];
  for (const arch of archsIn(path)) {
    const evidence = await bootstrap(plugin, { arch, dialects: host.dialects });
    try {
      const { image, identity, problems } = evidence;
      const [first, ...rest] = problems;
      if (first) throw new MortiseError([first, ...rest]);
      if (!image || !identity) throw new MortiseError(notAPlugin(path));
      const [system = ''] = platformOf(image).split('-');
      const isHere = system === host.platform && arch === host.arch;
      // Where another platform's loader would find its libraries, this one's can't say.
      const target = { name: system, platform: system as Target['platform'], arch };
      const facts = isHere ? host : { ...host, platform: target.platform, arch, target };
      const libraries = await ownLibraries(evidence, facts);
      entries.push(entryOf({ ...evidence, image, identity, libraries }, folder));
    } finally {
      evidence.close();
    }
  }
  return entries;
}

/** One, but for a fat file. */
function archsIn(path: string): string[] {
  const source = openFile(path);
  try {
    return [...new Set(readBinary(source, { symbols: false }).images.map(({ arch }) => arch))];
  } finally {
    source.close();
  }
}

function notAPlugin(subject: string): Problem {
  return {
    code: 'MORTISE_ERR_NOT_A_PLUGIN',
    message: 'it is not a plugin that can be locked',
    subject,
    expected: 'a plugin of a family that mortise knows',
    remedy: 'See what `mortise verify` says of it.',
  };
}

function twice({ name, platform }: LockEntry, first: string, subject: string): Problem {
  return {
    code: 'MORTISE_ERR_NAME_DUPLICATE',
    message: `${name} for ${platform} is already the name of ${first}`,
    subject,
    expected: 'one plugin of a name and platform',
    found: `${first} and ${subject}`,
    remedy: 'Lock one of the two.',
  };
}
