/** What a program says, line by line: hclog's JSON, lines with a `[LEVEL]`, and anything else. */

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** One line of a program, for the embedder's own log. */
export interface LogLine {
  level: LogLevel;
  message: string;
  /** Where it was written to. */
  stream: 'stdout' | 'stderr';
  /** The logger's name, when the program's logger said it. */
  module?: string;
  /** When it was written, as the program said it. */
  time?: string;
  /** What else the program's logger said. */
  fields: Record<string, unknown>;
  /** True when the line was longer than 64 KiB, and the rest is left out. */
  cut?: true;
}

const levels = new Map<string, LogLevel>([
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['err', 'error'],
]);

/** @param usual the level of a line that says none */
export function parseLogLine(text: string, stream: LogLine['stream'], usual: LogLevel, cut = false): LogLine {
  const mark = cut ? { cut: true as const } : {};
  const json = text.startsWith('{') ? parseJson(text) : undefined;
  if (json) {
    const { '@level': level, '@message': message, '@module': module, '@timestamp': time, ...fields } = json;
    return {
      level: levels.get(String(level).toLowerCase()) ?? usual,
      message: String(message),
      stream,
      ...(typeof module === 'string' && { module }),
      ...(typeof time === 'string' && { time }),
      fields,
      ...mark,
    };
  }
  const [, word = '', rest] = /^(?:\S+ )?\[([A-Za-z]+)\]\s*(.*)$/.exec(text) ?? [];
  const level = levels.get(word.toLowerCase());
  if (level && rest !== undefined) return { level, message: rest, stream, fields: {}, ...mark };
  return { level: usual, message: text, stream, fields: {}, ...mark };
}

/** A line is only the logger's when it has its message. */
function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isLine = typeof value === 'object' && value !== null && '@message' in value;
    return isLine ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
