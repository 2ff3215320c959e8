/** Runs one trial from start to end, and says what was seen. */
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'node:v8';
import type { ConfigTable } from '../../config/value.js';
import { MortiseError, type Problem } from '../../errors.js';
import { closeAtExit } from '../../host/exit.js';
import { PrivateDirectory } from '../../loader/private-copy.js';
import type { CheckResult } from '../../loader/record.js';
import type { HostileCheck } from '../hostile/names.js';
import { Output } from './output.js';
import { killGroup, killStrays, startChild } from './process.js';
import {
  type Errand,
  type Message,
  outputMarker,
  type Provider,
  reportDescriptor,
  type Step,
  type TrialHost,
} from './protocol.js';

/** Node's own start doesn't count as the plugin's time, and may be slow on a busy machine. */
const startMs = 60_000;
/** How long the pipes may stay open, and a killed process may take to go. */
const pipesMs = 200;
const goneMs = 5_000;
/** A report is some kilobytes; a line that is longer isn't one. */
const maxLine = 1024 * 1024;
/** setTimeout takes more for "at once". */
const maxTimeout = 2 ** 31 - 1;

export interface TrialOptions {
  config: ConfigTable;
  timeoutMs: number;
  host: TrialHost;
  providers: readonly Provider[];
  /** A check of `mortise test`, rather than one start and stop. `timeoutMs` is then for each thing that it does. */
  check?: HostileCheck;
}

export interface Trial extends TrialOptions {
  path: string;
  /** The id of the plugin's family, once it is known. */
  dialect?: string;
  /** Steps that were entered, in order. */
  entered: Step[];
  /** What a check did last, and how it ended. */
  doing?: string;
  /** What the plugin is asked for since its last step. */
  call?: string;
  passed?: string;
  skipped?: string;
  /** What ran of the plugin in each step that had something to run. */
  entries: Map<Step, string>;
  /** Why a step failed. */
  failure?: { step: Step; problems: Problem[] };
  warnings: CheckResult[];
  /** Undefined when the trial didn't come so far. */
  threads?: string[] | null;
  /** How the process ended; both null when it didn't, even when it was killed. */
  end: { code: number | null; signal: NodeJS.Signals | null };
  isTimeout: boolean;
  output: { stdout: Output; stderr: Output };
}

/** @throws MortiseError when the host in the child couldn't do its part */
export async function runTrial(path: string, options: TrialOptions): Promise<Trial> {
  const { config, timeoutMs, host, providers, check } = options;
  const [token, secret] = [randomUUID(), randomUUID()];
  const marker = outputMarker(secret);
  const trial: Trial = {
    path,
    ...options,
    entered: [],
    entries: new Map(),
    warnings: [],
    end: { code: null, signal: null },
    isTimeout: false,
    output: { stdout: new Output(marker), stderr: new Output(marker) },
  };
  let broken: Extract<Message, { broken: unknown }>['broken'] | undefined;

  // Made here: a child that crashes can't remove what it copied.
  const directory = PrivateDirectory.create();
  const child = startChild(token);
  const stop = () => {
    killGroup(child);
    directory.remove();
  };
  const forget = closeAtExit(stop, true);
  try {
    const exited = new Promise<void>((done, fail) => {
      child.once('error', fail);
      child.once('exit', (code, signal) => {
        trial.end = { code, signal };
        done();
      });
    });
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    const { promise: late, start: allow, cancel } = deadline();
    allow(Math.max(startMs, timeoutMs));

    child.stdout?.on('data', (chunk: Buffer) => trial.output.stdout.add(chunk));
    child.stderr?.on('data', (chunk: Buffer) => trial.output.stderr.add(chunk));
    listen(child.stdio[reportDescriptor] as Readable, secret, (message) => {
      if ('step' in message) {
        if (trial.entered.length === 0) allow(timeoutMs);
        trial.entered.push(message.step);
        trial.call = undefined;
        if (message.entry !== undefined) trial.entries.set(message.step, message.entry);
      } else if ('doing' in message) {
        trial.doing = message.doing;
        trial.call = message.call;
        allow(timeoutMs);
      } else if ('passed' in message) trial.passed = message.passed;
      else if ('skipped' in message) trial.skipped = message.skipped;
      else if ('problems' in message) {
        const step = trial.entered.at(-1) ?? 'load';
        trial.failure = { step, problems: message.problems };
      } else if ('broken' in message) broken = message.broken;
      else if ('dialect' in message) trial.dialect = message.dialect;
      else if ('warnings' in message) trial.warnings = message.warnings;
      else if ('threads' in message) trial.threads = message.threads;
    });
    send(child.stdin, {
      ...{ secret, path, config, host, providers, check },
      privateDirectory: directory.path,
    });

    trial.isTimeout = await Promise.race([exited.then(() => false), late.then(() => true)]);
    cancel();
    // Not the pipes' end: a process that the plugin forked may keep them open without end.
    killGroup(child);
    await Promise.race([exited, sleep(goneMs, undefined, { ref: false })]);
    const isClosed = closed.then(() => true);
    const isOver = await Promise.race([isClosed, sleep(pipesMs, false, { ref: false })]);
    // Also when the pipes are closed: that is the first thing that a daemon does.
    killStrays(token);
    if (!isOver) await Promise.race([isClosed, sleep(pipesMs, undefined, { ref: false })]);
  } finally {
    for (const stream of child.stdio) stream?.destroy();
    child.unref();
    stop();
    forget();
  }
  if (trial.entered.length === 0) broken ??= notBegun(trial);
  if (typeof broken === 'string') throw new Error(`the trial of ${path} broke off: ${broken}`);
  if (broken) throw new MortiseError(broken.problems as [Problem, ...Problem[]]);
  return trial;
}

/** Node itself didn't get as far as the plugin: a bad NODE_OPTIONS, say. */
function notBegun({ end, output }: Trial): string {
  const how = end.signal ?? (end.code === null ? 'no end' : `status ${end.code}`);
  return `its child process never began (${how}) ${output.stderr.unmarked}`;
}

function send(stdin: Writable | null, errand: Errand): void {
  stdin?.on('error', () => {}); // a child that is gone doesn't read; its end says more
  stdin?.end(serialize(errand));
}

/** Lines that don't start with the secret come from a plugin that found the pipe. */
function listen(pipe: Readable, secret: string, receive: (message: Message) => void): void {
  let rest = '';
  pipe.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLine) rest = '';
    for (const line of lines) {
      const message = line.startsWith(`${secret} `) ? parsed(line.slice(secret.length + 1)) : undefined;
      if (message) receive(message);
    }
  });
}

/** Two processes may write at once after a fork, so that a line can be torn. */
function parsed(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}

function deadline() {
  let timer: NodeJS.Timeout | undefined;
  let expire = () => {};
  const promise = new Promise<void>((done) => {
    expire = done;
  });
  return {
    promise,
    start(milliseconds: number) {
      clearTimeout(timer);
      // When this process was busy, what the child said in time is still unread: read it first.
      timer = setTimeout(() => setImmediate(expire), Math.min(milliseconds, maxTimeout));
    },
    cancel: () => clearTimeout(timer),
  };
}
