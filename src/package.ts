/** Where this package lies, and which release it is. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A module of ours. Where a bundler made CommonJS of it, it doesn't know its place: that of the process serves then. */
export const here: string = import.meta.url ?? pathToFileURL(`${process.cwd()}/bundled.js`).href;

/** Ends in a slash. This file lies one folder below it, as a source, built, and in the bundle. */
export const packageRoot: string = fileURLToPath(new URL('../', here));

/** Loads what lies beside us, when it is needed and at once. */
export const load: NodeJS.Require = createRequire(here);

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
