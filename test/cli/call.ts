/** Calls the command line inside the test's process, with streams that remember. */
import { Readable, Writable } from 'node:stream';
import type { Io } from '../../src/cli/io.js';
import { runCli } from '../../src/cli/program.js';

export interface Called {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout as one JSON document. */
  json(): unknown;
}

export interface CallOptions {
  stdin?: string | Readable;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Both outputs pretend to be terminals. */
  isTerminal?: boolean;
  /** Gets the function that sends the command a signal. */
  onStop?: (send: (signal: NodeJS.Signals) => void) => void;
  /** Gets, for each signal that the command listens to and that doesn't stop it, what sends it. */
  onSignal?: (signal: 'SIGHUP' | 'SIGUSR1', send: () => void) => void;
}

export async function call(argv: string[], options: CallOptions = {}): Promise<Called> {
  const { stdin = '', env = {}, cwd = process.cwd(), isTerminal, onStop, onSignal } = options;
  const [stdout, stderr] = [new Memory(isTerminal), new Memory(isTerminal)];
  const io: Io = {
    stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
    stdout,
    stderr,
    env,
    cwd,
    onStop(listener) {
      onStop?.(listener);
      return () => {};
    },
    onSignal(signal, listener) {
      onSignal?.(signal, listener);
      return () => {};
    },
  };
  const code = await runCli(argv, io);
  return { code, stdout: stdout.text, stderr: stderr.text, json: () => JSON.parse(stdout.text) as unknown };
}

class Memory extends Writable {
  text = '';
  readonly columns = 100;
  /** As of a pseudo-terminal whose size nobody set. */
  readonly rows = 0;

  constructor(readonly isTTY: boolean | undefined) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
