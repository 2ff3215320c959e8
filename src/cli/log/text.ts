/** The log for a person, or for a file that one reads. */
import type { Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import { fieldsText, type LogLine } from '../../services/built-in/log.js';
import type { Output } from '../output.js';
import { renderProblem } from '../render/problem.js';
import type { Log } from './log.js';

export class TextLog implements Log {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  /** "12:30:05.123 warning tenant_router: …", in local time; in a file with date and zone. */
  async line({ time, plugin, severity, message, fields }: LogLine): Promise<void> {
    const { colours, isTerminal } = this.#output;
    const paint = { debug: colours.dim, info: colours.cyan, warning: colours.yellow, error: colours.red }[
      severity
    ];
    const when = isTerminal ? clock(time) : time.toISOString();
    const what = clean(`${plugin}: ${message}${fieldsText(fields)}`);
    await this.#output.write(`${colours.dim(when)} ${paint(severity.padEnd(7))} ${what}\n`);
  }

  async problem(problem: Problem): Promise<void> {
    await this.#output.write(renderProblem(problem, this.#output.colours));
  }

  async say(text: string): Promise<void> {
    await this.#output.write(`${text}\n`);
  }
}

function clock(date: Date): string {
  const part = (number: number, width = 2) => String(number).padStart(width, '0');
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}
