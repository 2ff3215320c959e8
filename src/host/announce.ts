/** What the log says of a host that has just opened: each plugin that isn't ready, and each warning. */
import type { Problem } from '../errors.js';
import { clean } from '../messages/clean.js';
import type { Plugin } from '../registry/plugin.js';
import type { LogLine, Severity } from '../services/built-in/log.js';

/**
 * A line for each reason why a plugin isn't ready, and for each warning about one that is.
 * @param lowest the least severe lines that are kept
 */
export function announcements(plugins: Iterable<Plugin>, lowest: Severity): LogLine[] {
  const time = new Date();
  return [...plugins].flatMap(({ name, state, error, checks }) => {
    const line = (severity: Severity, { code, message, remedy }: Problem): LogLine => ({
      time,
      plugin: clean(name),
      severity,
      message: clean(`${code}: ${message}${remedy ? `. ${remedy}` : ''}`),
    });
    if (state !== 'ready') return (error?.problems ?? []).map((problem) => line('error', problem));
    if (lowest === 'error') return [];
    // What it did while it ran is in the log already.
    return checks.flatMap(({ id, status, problem }) =>
      id !== 'running' && status === 'warn' && problem ? [line('warning', problem)] : [],
    );
  });
}
