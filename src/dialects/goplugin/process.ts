/** The process of a program: what it writes, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { MortiseError } from '../../errors.js';
import type { Exit } from './exit.js';
import { LastWords } from './last-words.js';
import { Lines } from './lines.js';
import { type LogLevel, type LogLine, parseLogLine } from './log.js';
import { parentDeath } from './parent-death.js';

export interface ProcessOptions {
  path: string;
  args: readonly string[];
  cwd?: string;
  env: Readonly<Record<string, string>>;
  log(line: LogLine): void;
}

/** How long pipes may stay open after the exit: others than the program may hold them. */
const lateOutputMs = 200;

/** Those that still run, to be ended with this process. */
const living = new Set<ProgramProcess>();
let isWatching = false;

export class ProgramProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #log: (line: LogLine) => void;
  readonly #words = new LastWords();
  readonly #stdout: Lines;
  #exit: Exit | undefined;
  #asked = false;
  #onLine: ((line: string, cut: boolean) => boolean) | undefined;
  /** Called synchronously when the host ends, after the program was killed. */
  onHostExit: (() => void) | undefined;

  /** @throws MortiseError MORTISE_ERR_PROGRAM_START */
  static async start(options: ProcessOptions): Promise<ProgramProcess> {
    const [command, ...args] = [...(await parentDeath()), options.path, ...options.args];
    try {
      const child = spawn(command as string, args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      // Before anything is awaited, so that nothing of what it writes and says is missed.
      const started = new ProgramProcess(child, options.log);
      await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
      return started;
    } catch (cause) {
      const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
      throw new MortiseError(
        {
          code: 'MORTISE_ERR_PROGRAM_START',
          message: `the system did not start it: ${message}`,
          subject: options.path,
          expected: 'a running process',
          found: code,
          remedy:
            code === 'ENOENT'
              ? 'Check that its working directory is there, and the interpreter in its first line when it is a script.'
              : 'Check that this user may execute it, and that the system has room for one more process.',
        },
        { cause },
      );
    }
  }

  private constructor(child: ChildProcess, log: (line: LogLine) => void) {
    this.#child = child;
    this.#log = log;
    this.pid = child.pid ?? 0;
    this.#stdout = new Lines((line, cut) => this.#heard(line, cut));
    const stderr = new Lines((line, cut) => this.#error(line, cut));
    // Read for ever: a pipe that is full stops the program.
    child.stdout?.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    child.stdout?.on('end', () => this.#stdout.end());
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stderr?.on('end', () => stderr.end());
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('error', () => {});
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve(this.#end(null, null)));
      child.once('exit', (code, signal) => {
        living.delete(this);
        const finish = () => {
          clearTimeout(late);
          stderr.end();
          for (const pipe of [child.stdout, child.stderr]) pipe?.destroy();
          resolve(this.#end(code, signal));
        };
        const late = setTimeout(finish, lateOutputMs);
        child.once('close', finish);
      });
    });
    if (child.pid !== undefined) {
      if (!isWatching) process.once('exit', endAll);
      isWatching = true;
      living.add(this);
    }
  }

  #end(code: number | null, signal: NodeJS.Signals | null): Exit {
    const { panic, last } = this.#words;
    const reason = this.#words.reason(signal === null);
    this.#exit ??= {
      ...(code !== null && { code }),
      ...(signal !== null && { signal }),
      asked: this.#asked,
      ...(reason !== undefined && { reason }),
      ...(panic !== undefined && { panic }),
      lastLines: [...last],
    };
    return this.#exit;
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Whether its standard output is still open. */
  get isHeard(): boolean {
    return this.#child.stdout?.readableEnded === false;
  }

  /** What it printed without an end of line. */
  get rest(): string {
    return this.#stdout.rest;
  }

  /** @param take hears each line of stdout, instead of the log, until it returns true */
  onFirstLines(take: (line: string, cut: boolean) => boolean, closed: () => void): void {
    this.#onLine = take;
    this.#child.stdout?.once('end', closed);
  }

  /** From now on its end is wanted. */
  expectEnd(): void {
    this.#asked = true;
  }

  /** Ends it at once. Safe to repeat. */
  kill(): void {
    this.expectEnd();
    this.#child.kill('SIGKILL');
  }

  #heard(line: string, cut: boolean): void {
    if (!this.#onLine) this.#say(line, 'stdout', 'info', cut);
    else if (this.#onLine(line, cut)) this.#onLine = undefined;
  }

  #error(line: string, cut: boolean): void {
    this.#words.heard(this.#say(line, 'stderr', this.#words.add(line) ? 'error' : 'debug', cut));
  }

  #say(line: string, stream: LogLine['stream'], usual: LogLevel, cut: boolean): LogLine {
    const parsed = parseLogLine(line, stream, usual, cut);
    this.#log(parsed);
    return parsed;
  }
}

function endAll(): void {
  for (const one of living) {
    one.kill();
    one.onHostExit?.();
  }
}
