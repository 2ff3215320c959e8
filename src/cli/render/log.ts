/** A line of the log as text. */
import { clean } from '../../messages/clean.js';
import { fieldsText, type LogLine } from '../../services/built-in/log.js';
import type { Colours } from './colours.js';

/** "12:30:05.123 warning tenant_router: …", in local time. */
export function renderLogLine(
  { time, plugin, severity, message, fields }: LogLine,
  colours: Colours,
): string {
  const paint = { debug: colours.dim, info: colours.cyan, warning: colours.yellow, error: colours.red }[
    severity
  ];
  return `${colours.dim(clock(time))} ${paint(severity.padEnd(7))} ${clean(plugin)}: ${clean(`${message}${fieldsText(fields)}`)}\n`;
}

function clock(date: Date): string {
  const part = (number: number, width = 2) => String(number).padStart(width, '0');
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}
