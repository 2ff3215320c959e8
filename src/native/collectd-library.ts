/** The library that collectd's plugins are linked to: it lies beside the addon. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load, packageRoot } from '../package.js';

const name = 'mortise-collectd.so';

/** Undefined when this installation has none. */
export function libraryPath(): string | undefined {
  const own = `${packageRoot}build/Release/${name}`;
  if (existsSync(own)) return own;
  try {
    const addon = load.resolve(`@mortise/${process.platform}-${process.arch}`);
    const beside = join(dirname(addon), name);
    return existsSync(beside) ? beside : undefined;
  } catch {
    return undefined; // no such package
  }
}
