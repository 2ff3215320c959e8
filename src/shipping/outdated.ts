/** Which of a host's plugins that came from npm have newer versions there. */
import { join } from 'node:path';
import type { Config } from '../config/record.js';
import { MortiseError, type Problem } from '../errors.js';
import { readJson } from '../loader/bundles/json.js';
import { isFile } from '../loader/directories.js';
import { type NpmOptions, published } from './npm.js';
import { directoryOf } from './remove.js';

export interface Dated {
  /** As mortise.toml names it. */
  name: string;
  /** Undefined for what did not come from npm. */
  package?: string;
  current?: string;
  latest?: string;
  isOutdated: boolean;
  /** Why nobody knows. */
  problem?: Problem;
}

/** In the order of the file. What the registry says of one doesn't stop the others. */
export async function outdated(config: Config, path: string, options: NpmOptions): Promise<Dated[]> {
  const { default: semver } = await import('semver');
  return Promise.all(
    config.plugins.map(async ({ name }): Promise<Dated> => {
      const manifest = join(directoryOf(name, path), 'package.json');
      if (!isFile(manifest)) return { name, isOutdated: false };
      try {
        const { value } = await readJson(manifest);
        const { name: npm, version: current } = (value ?? {}) as { name?: unknown; version?: unknown };
        if (typeof npm !== 'string' || typeof current !== 'string') return { name, isOutdated: false };
        const { version: latest } = await published(npm, options);
        const isOutdated = semver.valid(current) !== null && semver.gt(latest, current);
        return { name, package: npm, current, latest, isOutdated };
      } catch (error) {
        if (!(error instanceof MortiseError)) throw error;
        return { name, isOutdated: false, problem: error.problems[0] };
      }
    }),
  );
}
