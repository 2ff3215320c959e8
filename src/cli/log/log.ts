/** What a command tells on stderr while it goes on, in the form that its reader takes. */
import { fstatSync } from 'node:fs';
import type { Problem } from '../../errors.js';
import type { LogLine } from '../../services/built-in/log.js';
import type { Io } from '../io.js';
import type { Output } from '../output.js';
import { JournalLog } from './journal.js';
import { JsonLog } from './json.js';
import { TextLog } from './text.js';

export interface Log {
  /** What a plugin logged. */
  line(line: LogLine): Promise<void>;
  /** What is wrong, with all that is known of it. */
  problem(problem: Problem): Promise<void>;
  /** What the command itself has to say: a sentence. */
  say(sentence: string): Promise<void>;
}

export const logFormats = ['text', 'json', 'journald'] as const;
export type LogFormat = (typeof logFormats)[number];

/** @param format default: journald's where stderr is its stream, else text */
export function logFor(output: Output, env: Io['env'], format?: LogFormat): Log {
  switch (format ?? (isJournal(env) ? 'journald' : 'text')) {
    case 'json':
      return new JsonLog(output);
    case 'journald':
      return new JournalLog(output);
    default:
      return new TextLog(output);
  }
}

/** systemd says which stream it is, since whoever redirects stderr leaves the variable as it was. */
function isJournal({ JOURNAL_STREAM: stream }: Io['env']): boolean {
  if (!stream) return false;
  try {
    const { dev, ino } = fstatSync(2);
    return stream === `${dev}:${ino}`;
  } catch {
    return false; // stderr is closed
  }
}
