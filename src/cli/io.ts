/** What the command line sees of the world. Tests hand it streams of their own. */
import type { Readable, Writable } from 'node:stream';
import { endOn } from '../host/exit.js';

/** The streams, environment and directory of one call. */
export interface Io {
  stdin: Readable & { isTTY?: boolean };
  stdout: OutputStream;
  stderr: OutputStream;
  env: NodeJS.ProcessEnv;
  /** Relative paths count from here. */
  cwd: string;
  /** Calls `listener` when the user or the system asks the process to stop; gives back a way to unlisten. */
  onStop(listener: (signal: NodeJS.Signals) => void): () => void;
}

/** A writable stream that may be a terminal. */
export type OutputStream = Writable & { isTTY?: boolean; columns?: number };

/** The process that runs. */
export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onStop(listener) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      const unlisten = signals.map((signal) => endOn(signal, listener));
      return () => {
        for (const forget of unlisten) forget();
      };
    },
  };
}
