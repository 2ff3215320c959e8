/** How a program ended. */

export interface Exit {
  /** Undefined when a signal ended it, and for one that was attached to. */
  code?: number;
  signal?: NodeJS.Signals;
  /** True when the host wanted it to end. */
  asked: boolean;
  /** Why, as far as it said so: its last error, or, when it ended by itself, its last line. */
  reason?: string;
  /** A panic and its trace, as the program wrote it. */
  panic?: string;
  /** The last lines that it wrote to stderr. */
  lastLines: readonly string[];
}

/** `ended with code 1`, `was ended by SIGKILL`. */
export function exitText({ code, signal }: Exit): string {
  if (signal) return `was ended by ${signal}`;
  return code === undefined ? 'ended' : `ended with code ${code}`;
}

/** The first line of its panic, or what it said last. */
export function exitReason({ panic, reason }: Exit): string | undefined {
  return panic?.split('\n')[0] ?? reason;
}
