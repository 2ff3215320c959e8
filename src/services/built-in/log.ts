/** What plugins log, as the host hands it on. */
import { clean } from '../../messages/clean.js';
import type { LogValue, NativeLog } from '../../native/addon.js';

export type Severity = 'debug' | 'info' | 'warning' | 'error';

/** As in include/mortise/log.h, from 0. */
export const severities: readonly Severity[] = ['debug', 'info', 'warning', 'error'];

export interface LogLine {
  /** When it was written; exact to a few milliseconds. */
  time: Date;
  /** The plugin's name. */
  plugin: string;
  severity: Severity;
  message: string;
  /** Named values, when the plugin gave any. */
  fields?: Record<string, LogValue>;
}

/** Hands on what was drained, and says how much was lost: nothing disappears silently. */
export function deliver({ lines, dropped }: NativeLog, log: (line: LogLine) => void): void {
  for (let at = 0; at < lines.length; at += 5) {
    const fields = lines[at + 4] as unknown[] | undefined;
    const line: LogLine = {
      time: new Date(lines[at + 2] as number),
      plugin: lines[at] as string,
      severity: severities[lines[at + 1] as number] ?? 'error',
      message: lines[at + 3] as string,
    };
    if (fields) line.fields = record(fields);
    log(line);
  }
  if (dropped > 0) {
    const message = `${dropped} lines were dropped: plugins logged faster than the event loop could take them`;
    log({ time: new Date(), plugin: 'mortise', severity: 'warning', message });
  }
}

/** ` tenant=42 table="orders"`, to be set behind a message; empty without fields. */
export function fieldsText(fields: LogLine['fields'] = {}): string {
  const values = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? JSON.stringify(value) : value}`,
  );
  return values.join('');
}

/** Where lines go when nobody asked for them: warnings and errors to stderr. */
export function toStderr({ time, plugin, severity, message, fields }: LogLine): void {
  // A plugin's text must not move the cursor, nor look like a line of another plugin.
  process.stderr.write(
    `${time.toISOString()} ${severity} ${clean(`${plugin}: ${message}${fieldsText(fields)}`)}\n`,
  );
}

/** A key may be any text, `__proto__` too. */
function record(fields: readonly unknown[]): Record<string, LogValue> {
  const result: Record<string, LogValue> = Object.create(null);
  for (let at = 0; at < fields.length; at += 2) result[fields[at] as string] = fields[at + 1] as LogValue;
  return result;
}
