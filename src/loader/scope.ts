/** Whether a plugin and its libraries are bound to each other before they are bound to what the process has. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { openFile, readCopies } from '../binary/index.js';
import { MortiseError } from '../errors.js';
import { linked } from './closure.js';
import { type Answered, answeredByOthers, firstEnvironment } from './dependencies/index.js';
import type { Evidence, HostFacts } from './record.js';

/** Who answers a plugin's imports where its own libraries and the process both could. */
export interface Scope {
  /** What the process would answer. Empty for most plugins. */
  answered: readonly Answered[];
  /** The plugin is opened with RTLD_DEEPBIND: its own libraries answer. */
  deep: boolean;
  /** Why it can't be, although it should. */
  obstacle?: string;
}

const none: Scope = { answered: [], deep: false };

/**
 * RTLD_DEEPBIND is for those that need it: it also hides what was put before the C library on purpose, such as another
 * allocator, and data that the program has taken over from its libraries.
 */
export function scopeOf({ image, path, source, libraries, dialect }: Evidence, host: HostFacts): Scope {
  if (image?.format !== 'elf' || !dialect || image.arch !== host.arch) return none;
  const { unbound, closure } = linked({ image, path, source, libraries }, host);
  const own = closure.loaded?.own;
  const answered = unbound && own ? answeredByOthers(unbound.bound, own, host.exporter) : [];
  if (!unbound || answered.length === 0) return none;
  const obstacle = inTheProcess(host) ?? takenOver(unbound.bound);
  return { answered, deep: obstacle === undefined, obstacle };
}

function inTheProcess({ exporter }: HostFacts): string | undefined {
  const preloaded = firstEnvironment().LD_PRELOAD;
  if (preloaded) return `LD_PRELOAD=${preloaded} puts libraries before all others`;
  if (existsSync('/etc/ld.so.preload')) return '/etc/ld.so.preload puts libraries before all others';
  for (const sanitizer of ['asan', 'tsan', 'msan', 'hwasan']) {
    if (exporter(`__${sanitizer}_init`) !== undefined)
      return `a sanitizer (${sanitizer}) watches this process`;
  }
  const allocator = exporter('malloc');
  if (allocator !== undefined && !/^libc\./.test(basename(allocator))) {
    return `${basename(allocator)} gives this process its malloc`;
  }
  return undefined;
}

/** A copy of these is as good as the original: constants, and pointers that nobody moves. */
const alike = /^(_ZT[VIST].*|_ZSt7nothrow|in6addr_.*|stdin|stdout|stderr|__libc_stack_end)$/;
let copies: ReadonlySet<string> | undefined;

/** `environ` and `std::cout` are the program's, once it has copies of them: those in the library were never set up. */
function takenOver(
  bound: readonly { references: { symbols: readonly { name: string }[] } }[],
): string | undefined {
  copies ??= readProgram();
  for (const { references } of bound) {
    const taken = references.symbols.find(({ name }) => copies?.has(name) && !alike.test(name));
    if (taken) return `${taken.name} is the program's own`;
  }
  return undefined;
}

function readProgram(): ReadonlySet<string> {
  try {
    const program = openFile(process.execPath);
    try {
      const names = readCopies(program);
      // The C library has two names for each of these.
      return new Set(names.flatMap((name) => [name, name.replace(/^__(?=environ$|timezone$|tzname$)/, '')]));
    } finally {
      program.close();
    }
  } catch (error) {
    if (error instanceof MortiseError) return new Set();
    throw error;
  }
}
