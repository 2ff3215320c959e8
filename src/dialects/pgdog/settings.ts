/** What the configuration says of a PgDog plugin: the interface itself has no configuration. */
import { broken, type Rules, text } from '../../config/rules.js';
import type { ConfigTable } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import { isVersion } from './requirement.js';

export interface Settings {
  /** A bridge, or a folder of bridges; relative to the plugin's own folder. */
  bridge?: string;
  /** The release of pg_query in the plugin's Cargo.lock. */
  pg_query?: string;
}

const rules: Rules = {
  bridge: text,
  pg_query: { fits: isVersion, expected: 'a version such as "6.2.1"' },
};

export function settingsOf(
  config: ConfigTable,
  subject: string,
): { settings: Settings; problems: Problem[] } {
  const problems = broken(config, rules, 'config', subject).map((problem) => ({
    ...problem,
    remedy: problem.remedy ?? 'Write what docs/pgdog.md says of bridge and pg_query.',
  }));
  return { settings: problems.length > 0 ? {} : (config as Settings), problems };
}
