/** What a plugin reported in the course of a call: the reasons of a failure, and what it only noted. */
import { MortiseError } from '../../errors.js';
import type { NativeMessage } from '../../native/mariadb.js';

const note = 1;

/** Errors first, then warnings; what stands in one of the two lists isn't in the other. */
export function sorted(messages: readonly NativeMessage[]): { reasons: string[]; notes: string[] } {
  const byWeight = [...messages].sort((a, b) => b.severity - a.severity);
  const texts = (is: (severity: number) => boolean) =>
    byWeight.flatMap(({ severity, text }) => (is(severity) ? [text] : []));
  return { reasons: texts((severity) => severity > note), notes: texts((severity) => severity <= note) };
}

/** A call failed: in the plugin's words, or in ours when it has none. */
export function failed(
  plugin: string,
  where: string,
  { messages, otherwise, found }: { messages: readonly NativeMessage[]; otherwise: string; found: string },
  expected: string,
  remedy: string,
): MortiseError {
  const { reasons, notes } = sorted(messages);
  const words = reasons.length > 0 ? reasons.join('; ') : [otherwise, ...notes].join('; ');
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FAILED',
    message: words,
    subject: plugin,
    where,
    expected,
    found,
    remedy,
  });
}
