/** What the loader would do with the libraries of a plugin: worked out once for all checks that ask. */
import type { Image } from '../binary/index.js';
import { MortiseError, type Problem } from '../errors.js';
import { bindClosure, type Closure, closureOf, type Unbound } from './dependencies/index.js';
import type { Evidence, HostFacts } from './record.js';

/** An image with all that it needs. */
export interface Linked {
  closure: Closure;
  /** Undefined when it can't be told; `problems` may say why. */
  unbound?: Unbound;
  problems: readonly Problem[];
}

const known = new WeakMap<Image, Linked>();

/** For an image that this host's system could load. */
export function linked(
  { image, path, source, libraries }: Pick<Evidence, 'path' | 'source' | 'libraries'> & { image: Image },
  host: Pick<HostFacts, 'platform' | 'arch' | 'libc' | 'exporter'>,
): Linked {
  let found = known.get(image);
  if (!found) {
    found = link(image, path, source, libraries, host);
    known.set(image, found);
  }
  return found;
}

function link(
  image: Image,
  path: string,
  source: Evidence['source'],
  copies: Evidence['libraries'],
  { platform, libc, exporter }: Pick<HostFacts, 'platform' | 'libc' | 'exporter'>,
): Linked {
  const closure = closureOf(path, image, { platform, copies });
  const isComplete = closure.dependencies.every((one) => one.path !== undefined || one.optional);
  // Only glibc's rules are known here: other loaders don't compare versions as it does.
  if (!closure.loaded || !isComplete || image.format !== 'elf' || libc.name !== 'glibc') {
    return { closure, problems: [] };
  }
  try {
    const { soname, exports, loading } = image;
    return {
      closure,
      problems: [],
      unbound: bindClosure({ path, source, soname, exports, lost: loading?.lost }, closure, exporter),
    };
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    return { closure, problems: error.problems };
  }
}
