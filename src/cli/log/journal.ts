/** The log for systemd's journal, which knows the time and the process itself. */
import { describe, isWarning, type Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import { fieldsText, type LogLine, type Severity } from '../../services/built-in/log.js';
import type { Output } from '../output.js';
import type { Log } from './log.js';

/** As in sd-daemon(3). */
const priorities: Record<Severity, number> = { debug: 7, info: 6, warning: 4, error: 3 };

export class JournalLog implements Log {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  async line({ plugin, severity, message, fields }: LogLine): Promise<void> {
    await this.#write(severity, clean(`${plugin}: ${message}${fieldsText(fields)}`));
  }

  async problem(problem: Problem): Promise<void> {
    await this.#write(isWarning(problem) ? 'warning' : 'error', describe(problem));
  }

  async say(text: string, severity: Severity = 'info'): Promise<void> {
    await this.#write(severity, text);
  }

  /** Each line is an entry of its own there. */
  async #write(severity: Severity, text: string): Promise<void> {
    const lines = text.split('\n').map((line) => `<${priorities[severity]}>${clean(line)}\n`);
    await this.#output.write(lines.join(''));
  }
}
