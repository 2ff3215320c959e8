/** The environment with which this process was started. */
import { readFileSync } from 'node:fs';

let first: NodeJS.ProcessEnv | undefined;

/**
 * What the system's loader goes by: it reads the environment when the process starts, and sees no later change.
 * Where the system doesn't say it (other systems than Linux, no /proc), the environment as it is now.
 */
export function firstEnvironment(): NodeJS.ProcessEnv {
  first ??= readFirst();
  return first ?? process.env;
}

function readFirst(): NodeJS.ProcessEnv | undefined {
  let text: string;
  try {
    text = readFileSync('/proc/self/environ', 'utf8');
  } catch {
    return undefined;
  }
  const entries = text.split('\0').map((entry) => /^([^=]+)=(.*)$/s.exec(entry)?.slice(1) ?? []);
  // Of a name that stands there twice the loader too takes one, the last.
  return Object.fromEntries(entries.filter((entry) => entry.length === 2));
}
