/** The rows of checks, with their status words. */
import type { CheckResult } from '../../loader/record.js';
import { clean } from '../../messages/clean.js';
import type { Colours } from './colours.js';

/** The word for a status, four wide, coloured; a failure is in capitals so that it stands out without. */
function statusWord(status: CheckResult['status'], colours: Colours): string {
  switch (status) {
    case 'ok':
      return colours.green('ok  ');
    case 'warn':
      return colours.yellow('warn');
    case 'fail':
      return colours.red('FAIL');
    case 'skip':
      return colours.dim('skip');
  }
}

/** Checks as aligned rows, each remedy under its row. */
export function renderChecks(checks: readonly CheckResult[], colours: Colours): string {
  const idWidth = Math.max(11, ...checks.map(({ id }) => id.length));
  // Codes line up behind the messages, but one long message doesn't push all of them off the screen.
  const messageWidth = Math.min(
    56,
    Math.max(0, ...checks.filter(({ code }) => code).map(({ message }) => message.length)),
  );
  return checks
    .map(({ id, status, message, code, remedy }) => {
      const text = clean(message);
      const row = `  ${statusWord(status, colours)}  ${id.padEnd(idWidth)}  ${code ? text.padEnd(messageWidth) : text}`;
      const paint = status === 'fail' ? colours.red : colours.yellow;
      const fix = remedy && (status === 'fail' || status === 'warn') ? `\n        ${clean(remedy)}` : '';
      return `${row}${code ? `  ${paint(code)}` : ''}${fix}\n`;
    })
    .join('');
}
