/** What a command tells on stderr while it goes on. */
import type { Problem } from '../../errors.js';
import type { LogLine } from '../../services/built-in/log.js';

export interface Log {
  /** What a plugin logged. */
  line(line: LogLine): Promise<void>;
  /** What is wrong, with all that is known of it. */
  problem(problem: Problem): Promise<void>;
  /** What the command itself has to say: a sentence. */
  say(sentence: string): Promise<void>;
}
