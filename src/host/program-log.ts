/** What programs log, as lines of the host's log. */
import type { ProgramSeat } from '../loader/record.js';
import type { LogValue } from '../native/addon.js';
import { type LogLine, type Severity, severities } from '../services/built-in/log.js';

/** Undefined when it is less severe than the lines that are kept. */
export function programLine(
  plugin: string,
  { severity, message, fields }: Parameters<ProgramSeat['log']>[0],
  lowest: Severity,
): LogLine | undefined {
  if (severities.indexOf(severity) < severities.indexOf(lowest)) return undefined;
  const line: LogLine = { time: new Date(), plugin, severity, message };
  const entries = Object.entries(fields);
  if (entries.length > 0) {
    line.fields = Object.assign(
      Object.create(null),
      Object.fromEntries(entries.map(([key, value]) => [key, plain(value)])),
    );
  }
  return line;
}

/** A value of JSON as one that log lines have. */
function plain(value: unknown): LogValue {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as LogValue) : (JSON.stringify(value) ?? 'null');
}
