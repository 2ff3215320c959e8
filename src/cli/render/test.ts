/** What `mortise test` prints. */
import { clean } from '../../messages/clean.js';
import type { FileReport } from '../../verify/file.js';
import type { Colours } from './colours.js';
import { renderChecks } from './status.js';
import { count, duration } from './text.js';

/** Who is tested, and one row a check. */
export function renderTested({ path, info, checks }: FileReport, colours: Colours): string {
  const facts = info ? `  ${clean(info.name)} ${clean(info.version)}` : '';
  return `${colours.bold(clean(path))}${facts}\n${renderChecks(checks, colours)}`;
}

/** "12 checks: 1 failed, 10 passed, 1 skipped (4.1 s)" */
export function renderTally({ checks }: FileReport, milliseconds: number, colours: Colours): string {
  const having = (wanted: string) => checks.filter(({ status }) => status === wanted).length;
  const [failed, warned, passed, skipped] = ['fail', 'warn', 'ok', 'skip'].map(having) as [
    number,
    number,
    number,
    number,
  ];
  const counts = [
    failed > 0 && colours.red(`${failed} failed`),
    warned > 0 && colours.yellow(count(warned, 'warning')),
    `${passed} passed`,
    skipped > 0 && `${skipped} skipped`,
  ].filter(Boolean);
  return `${count(checks.length, 'check')}: ${counts.join(', ')} (${duration(milliseconds)})\n`;
}
