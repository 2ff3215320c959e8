/** Searches for libraries as the loader of musl does. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Via } from './dependency.js';
import { absolute } from './glibc.js';
import { machineOf } from './machine.js';
import type { Loader, Needer, Needs, Place } from './place.js';
import { expand, namesOrigin } from './tokens.js';

/** musl's loader is the C library: these names never lead to a file (ldso/dynlink.c, load_library). */
const builtin = /^lib(c|pthread|rt|m|dl|util|xnet)\./;

/**
 * musl's loader (ldso/dynlink.c, load_library): LD_LIBRARY_PATH, then the paths of the library and of all
 * that led to it, then the system's list. RPATH and RUNPATH are the same to it, and the first file of that
 * name is taken, fitting or not.
 */
export function muslLoader(needs: Needs, env: NodeJS.ProcessEnv, sysroot: string): Loader {
  const { musl } = machineOf(needs);
  const listPath = `${sysroot}/etc/ld-musl-${musl}.path`;
  const system = readList(listPath) ?? ['/lib', '/usr/local/lib', '/usr/lib'];
  return {
    misfit: 'stop',
    *places(name, needer) {
      if (builtin.test(name)) {
        const file = `${sysroot}/lib/ld-musl-${musl}.so.1`;
        yield { file, label: file, via: 'loaded', beside: false, system: 'without a file' };
        return;
      }
      if (name.includes('/')) {
        yield { file: absolute(name), label: absolute(name), via: 'default', beside: false };
        return;
      }
      yield* listed(name, split(env.LD_LIBRARY_PATH), 'environment');
      for (let one: Needer | undefined = needer; one; one = one.loader) {
        const { rpath, runpath } = one.needs;
        yield* listed(
          name,
          runpath.length > 0 ? runpath : rpath,
          runpath.length > 0 ? 'runpath' : 'rpath',
          one,
        );
      }
      yield* listed(
        name,
        system.map((directory) => sysroot + directory),
        'default',
      );
    },
  };
}

function* listed(name: string, elements: readonly string[], via: Via, owner?: Needer): Generator<Place> {
  for (const element of elements) {
    const expanded = owner ? expand(element, { ORIGIN: dirname(owner.path) }) : element;
    const directory = absolute(expanded);
    const beside = owner?.beside === true && namesOrigin(element);
    yield { file: `${directory}/${name}`, label: directory, via, beside };
  }
}

function split(list: string | undefined): string[] {
  return list ? list.split(/[:\n]/).filter(Boolean) : [];
}

function readList(path: string): string[] | undefined {
  try {
    return split(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // The file is optional.
  }
}
