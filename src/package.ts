/** Where this package lies, and which release it is. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Ends in a slash. This file lies one folder below it, as a source, built, and in the bundle. */
export const packageRoot: string = fileURLToPath(new URL('../', import.meta.url));

/** What package.json says there. Undefined when there is none: then a bundler has moved this code. */
const described = describePackage();

/** Whether this code runs inside another package's bundle: what belongs to mortise doesn't lie beside it then. */
export const isBundled: boolean = described?.name !== 'mortise';

/** The release, such as 0.1.0. */
export const version: string = isBundled ? '0.0.0' : (described?.version ?? '0.0.0');

function describePackage(): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8'));
  } catch {
    return undefined;
  }
}
