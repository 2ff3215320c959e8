/** What plugins log and do wrong, handed on: to the log, to the plugin's entry, and to those who listen. */
import { isWarning, type Problem } from '../errors.js';
import { addon, type NativeHost } from '../native/addon.js';
import type { Entries } from '../registry/registry.js';
import { deliver, type LogLine, type Severity } from '../services/built-in/log.js';

export class Reports {
  readonly #native: NativeHost;
  readonly #entries: Entries;
  readonly #log: (line: LogLine) => void;
  readonly #listener: (problem: Problem) => void;

  /** @param listener is called with each problem, after the log */
  constructor(
    native: NativeHost,
    entries: Entries,
    log: (line: LogLine) => void,
    listener: (problem: Problem) => void,
  ) {
    this.#native = native;
    this.#entries = entries;
    this.#log = log;
    this.#listener = listener;
  }

  log(lines: readonly LogLine[]): void {
    for (const line of lines) guarded(() => this.#log(line));
  }

  /** Lines and problems since the last call. */
  take(): Problem[] {
    deliver(addon().drainLog(this.#native), (line) => guarded(() => this.#log(line)));
    return this.takeProblems();
  }

  takeProblems(): Problem[] {
    const { problems, lost } = addon().takeProblems(this.#native);
    const told = problems.map(({ plugin, ...problem }) => ({ ...problem, subject: plugin }));
    for (const problem of told) this.tell(problem.subject, problem);
    if (lost > 0) this.tell('mortise', problemsLost(lost));
    return told;
  }

  /** @param name of the plugin that did it, or `mortise` */
  tell(name: string, problem: Problem): void {
    const severity: Severity = isWarning(problem) ? 'warning' : 'error';
    this.#entries.find(name)?.note(problem);
    const message = `${problem.code}: ${lineOf(problem)}`;
    guarded(() => this.#log({ time: new Date(), plugin: name, severity, message }));
    guarded(() => this.#listener(problem));
  }
}

/** The message, with what it doesn't say itself of place, expectation and remedy. */
function lineOf({ message, where, expected, remedy }: Problem): string {
  const place = where && !message.includes(where) ? ` (at ${where})` : '';
  const wanted = expected && !message.includes(expected) ? `; expected ${expected}` : '';
  return `${message}${place}${wanted}${remedy ? `. ${remedy}` : ''}`;
}

/** The host goes on when a listener throws; the error becomes an uncaught exception of the process. */
export function guarded(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

function problemsLost(count: number): Problem {
  return {
    code: 'MORTISE_WARN_PROBLEMS_LOST',
    message: `${count} more problems of plugins were not kept`,
    subject: 'mortise',
    expected: 'plugins that do nothing wrong',
    found: `${count} more than the host keeps at a time`,
    remedy: 'Correct those that were reported, and look again.',
  };
}
