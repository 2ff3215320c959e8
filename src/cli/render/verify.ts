/** What `mortise verify` prints. */
import type { CheckResult } from '../../loader/record.js';
import { named } from '../../loader/service-fits.js';
import { clean } from '../../messages/clean.js';
import type { FileReport } from '../../verify/file.js';
import { compiler, platform } from './binary.js';
import type { Colours } from './colours.js';
import { renderChecks } from './status.js';
import { bytes, count, duration } from './text.js';

/** One file: a line that says what it is, and a row for each check. */
export function renderReport(report: FileReport, colours: Colours): string {
  const facts = [
    report.target && `for ${report.target}`,
    platform(report.format, report.arch),
    compiler(report.producers),
    report.size !== undefined && bytes(report.size),
    report.sha256 && `sha256 ${report.sha256.slice(0, 12)}…`,
  ].filter(Boolean);
  const head = [colours.bold(clean(report.path)), clean(facts.join(' · '))].filter(Boolean).join('  ');
  return `${head}\n${renderChecks(report.checks, colours)}${renderProvides(report, colours)}${renderHardening(report, colours)}`;
}

/** What other plugins may count on: not a check, since nothing can be wrong with it alone. */
function renderProvides({ info }: FileReport, colours: Colours): string {
  if (!info || info.provides.length === 0) return '';
  const services = info.provides.map((service) => clean(named(service))).join(', ');
  return `  ${colours.dim('provides')}  ${services}\n`;
}

const verdicts = { good: 'good', weak: 'WEAK', unknown: '?   ' } as const;

/** Data, not checks: a plugin without them loads as well. */
function renderHardening({ hardening = [] }: FileReport, colours: Colours): string {
  const paint = { good: colours.green, weak: colours.yellow, unknown: colours.dim };
  const width = Math.max(11, ...hardening.map(({ id }) => id.length));
  const rows = hardening.map(
    ({ id, verdict, value }) =>
      `  ${paint[verdict](verdicts[verdict])}  ${id.padEnd(width)}  ${clean(value)}\n`,
  );
  return rows.length > 0 ? `  ${colours.bold('hardening')}\n${rows.join('')}` : '';
}

/**
 * "1 plugin: 2 failed, 1 warning, 1 ok, 1 skipped (14 ms)", the checks of one; of several, "3 plugins, 1 refused;
 * 40 checks: 1 failed, 39 ok (14 ms)", so that plugins and checks aren't counted as one.
 */
export function renderSummary(
  reports: readonly FileReport[],
  milliseconds: number,
  colours: Colours,
): string {
  const checks = reports.flatMap((report) => report.checks);
  const having = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length;
  const [failed, warned, ok, skipped] = [having('fail'), having('warn'), having('ok'), having('skip')];
  const counts = [
    failed > 0 && colours.red(`${failed} failed`),
    warned > 0 && colours.yellow(count(warned, 'warning')),
    (ok > 0 || checks.length === 0) && `${ok} ok`,
    skipped > 0 && `${skipped} skipped`,
  ].filter(Boolean);
  const refused = reports.filter(({ status }) => status === 'fail').length;
  const plugins = count(reports.length, 'plugin');
  const several = `${plugins}, ${refused > 0 ? `${refused} refused` : 'none refused'}; ${count(checks.length, 'check')}`;
  const head = reports.length > 1 ? several : plugins;
  return `${head}: ${counts.join(', ')} (${duration(milliseconds)})\n`;
}
