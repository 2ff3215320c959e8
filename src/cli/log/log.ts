/** What a command tells on stderr while it goes on. */
import type { Problem } from '../../errors.js';
import type { LogLine, Severity } from '../../services/built-in/log.js';

export interface Log {
  /** What a plugin logged. */
  line(line: LogLine): Promise<void>;
  /** What is wrong, with all that is known of it. */
  problem(problem: Problem): Promise<void>;
  /** What the command itself has to say: a sentence, or an error with its stack. Default severity: info. */
  say(text: string, severity?: Severity): Promise<void>;
}
