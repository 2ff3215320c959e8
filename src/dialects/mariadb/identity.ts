/** Who a plugin of MariaDB's is: what its declarations say. */
import type { ByteSource, Image } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import type { Identity } from '../../loader/record.js';
import { readDeclarations } from './declarations.js';
import { versionOf } from './layout.js';

/** A file's name and version are those of the first plugin that it declares. */
export function identify(source: ByteSource, image: Image): { identity?: Identity; problems: Problem[] } {
  const found = readDeclarations(source, image);
  const [first] = found.plugins;
  if (!first || found.problems.length > 0) return { problems: found.problems };
  const { major, minor } = versionOf(found.interface ?? 0);
  return {
    identity: {
      name: first.name,
      version: first.version,
      abi: `${major}.${minor}`,
      parser: '',
      toolchain: image.producers[0] ?? 'not named in the file',
      exactToolchain: false,
      requires: found.needs,
      provides: [],
    },
    problems: [],
  };
}
