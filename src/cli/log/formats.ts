/** The forms of the log, and which one stderr has. */
import { fstatSync } from 'node:fs';
import type { Io } from '../io.js';
import type { Output } from '../output.js';
import { JournalLog } from './journal.js';
import { JsonLog } from './json.js';
import type { Log } from './log.js';
import { TextLog } from './text.js';

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
