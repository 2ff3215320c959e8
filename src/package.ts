/** Where this package lies, and which release it is. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Ends in a slash. This file lies one folder below it, as a source, built, and in the bundle. */
export const packageRoot: string = fileURLToPath(new URL('../', import.meta.url));

/** The release, such as 0.1.0. */
export const version: string = (
  JSON.parse(readFileSync(`${packageRoot}package.json`, 'utf8')) as { version: string }
).version;
