/** What `mortise doctor` prints. */
import type { CheckResult } from '../../loader/record.js';
import type { Colours } from './colours.js';
import { renderChecks } from './status.js';
import { count } from './text.js';

/** A row a check, what to install under those that need it, and one sentence at the end. */
export function renderDoctor(checks: readonly CheckResult[], colours: Colours): string {
  const having = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length;
  const [failed, warned] = [having('fail'), having('warn')];
  const verdict =
    failed > 0
      ? `This machine cannot run plugins yet: ${colours.red(`${failed} failed`)}.`
      : warned > 0
        ? `This machine runs plugins. ${count(warned, 'warning')}.`
        : 'This machine lacks nothing.';
  return `${renderChecks(checks, colours)}${verdict}\n`;
}
