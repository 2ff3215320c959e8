/** The log as lines of JSON, with pino's names: what collects logs takes it as it is. */
import { hostname } from 'node:os';
import { isWarning, type Problem } from '../../errors.js';
import type { LogLine, Severity } from '../../services/built-in/log.js';
import type { Output } from '../output.js';
import type { Log } from './log.js';

/** pino's numbers. */
const levels: Record<Severity, number> = { debug: 20, info: 30, warning: 40, error: 50 };

export class JsonLog implements Log {
  readonly #output: Output;
  readonly #process = { pid: process.pid, hostname: hostname() };

  constructor(output: Output) {
    this.#output = output;
  }

  async line({ time, plugin, severity, message, fields }: LogLine): Promise<void> {
    // Apart, since a plugin may call a field `time`.
    await this.#write(severity, { plugin, msg: message, ...(fields && { fields }) }, time);
  }

  async problem(problem: Problem): Promise<void> {
    const { code, message, subject, where, expected, found, remedy } = problem;
    const severity = isWarning(problem) ? 'warning' : 'error';
    await this.#write(severity, { code, msg: message, subject, where, expected, found, remedy });
  }

  async say(text: string, severity: Severity = 'info'): Promise<void> {
    await this.#write(severity, { msg: text });
  }

  async #write(severity: Severity, what: object, time = new Date()): Promise<void> {
    const line = { level: levels[severity], time: time.getTime(), ...this.#process, ...what };
    await this.#output.write(`${JSON.stringify(line, plain)}\n`);
  }
}

/** JSON has no bigint: one that a number can hold is a number, the others are texts. */
function plain(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
