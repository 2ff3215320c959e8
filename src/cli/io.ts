/** What the command line sees of the world. Tests hand it streams of their own. */
import type { Readable, Writable } from 'node:stream';
import { endOn } from '../host/exit.js';
import { workingDirectory } from '../host/working-directory.js';

/** The streams, environment and directory of one call. */
export interface Io {
  stdin: Readable & { isTTY?: boolean };
  stdout: OutputStream;
  stderr: OutputStream;
  env: NodeJS.ProcessEnv;
  /** Relative paths count from here. Reading it throws MORTISE_ERR_WORKING_DIRECTORY where there is none. */
  readonly cwd: string;
  /** Calls `listener` when the user or the system asks the process to stop; gives back a way to unlisten. */
  onStop(listener: (signal: NodeJS.Signals) => void, signals?: readonly StopSignal[]): () => void;
  /** Calls `listener` at a signal that doesn't stop the process; never where the system has none such. */
  onSignal(signal: 'SIGHUP' | 'SIGUSR1', listener: () => void): () => void;
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** A writable stream that may be a terminal. */
export type OutputStream = Writable & { isTTY?: boolean; columns?: number; rows?: number; fd?: number };

/** The process that runs. */
export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    get cwd() {
      return workingDirectory({ subject: 'mortise', remedy: 'Call it in a directory that is there.' });
    },
    onStop(listener, signals = ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      const unlisten = signals.map((signal) => endOn(signal, listener));
      return () => {
        for (const forget of unlisten) forget();
      };
    },
    onSignal(signal, listener) {
      if (process.platform === 'win32') return () => {};
      process.on(signal, listener);
      return () => process.off(signal, listener);
    },
  };
}
