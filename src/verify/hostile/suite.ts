/** Hostile inputs for one plugin, each in a child process of its own: the checks behind `mortise test`. */
import { resolve } from 'node:path';
import type { Problem } from '../../errors.js';
import { failed, ok, skipped } from '../../loader/checks/result.js';
import type { CheckResult } from '../../loader/record.js';
import { checkThreads, ending, hasEndedWell } from '../trial/report.js';
import { runTrial, type Trial } from '../trial/run.js';
import { type TryOptions, tryPlugin } from '../trial.js';
import { type HostileCheck, hostileIds } from './names.js';

/** Whether a check needs a plugin that starts as it is configured. */
const needsStart = (id: HostileCheck) => !id.startsWith('config-');

export interface SuiteOptions {
  /** Those to run. Default: all. */
  only?: readonly HostileCheck[];
  /** Hears of each before it runs. */
  begun?(id: 'start' | HostileCheck, index: number, count: number): Promise<void>;
}

/**
 * A function that tests a plugin as `tryPlugin` tries one: a row for its start, then one for each check.
 * A check fails when its child crashes, hangs or is left with threads, or when the plugin broke a rule.
 */
export function suite({ only = hostileIds, begun }: SuiteOptions = {}): typeof tryPlugin {
  return async (given, options) => {
    const path = resolve(given);
    const ids = hostileIds.filter((id) => only.includes(id));
    await begun?.('start', 0, ids.length + 1);
    const start = startRow(await tryPlugin(path, options));
    const rows = [start];
    for (const [index, id] of ids.entries()) {
      await begun?.(id, index + 1, ids.length + 1);
      if (start.status !== 'ok' && needsStart(id)) rows.push(skipped(id, 'it does not start'));
      else rows.push(await runOne(path, id, options));
    }
    return rows;
  };
}

/** The trial's rows as one. */
function startRow(rows: readonly CheckResult[]): CheckResult {
  const bad = rows.find(({ status, id }) => status === 'fail' || (id === 'threads' && status === 'warn'));
  if (bad?.problem) {
    const remedy = `${bad.problem.remedy ?? ''} If it needs a configuration to start, name one with -c.`;
    return failed('start', { ...bad.problem, remedy: remedy.trim() });
  }
  const alone = rows.find(({ id, status, message }) => status === 'skip' && /^needs /.test(message) && id);
  return alone ? skipped('start', alone.message) : ok('start', 'loaded, started and stopped as configured');
}

async function runOne(path: string, check: HostileCheck, options: TryOptions): Promise<CheckResult> {
  const { timeoutMs, config = {}, host = {}, providers = [] } = options;
  const trial = await runTrial(path, { timeoutMs, config, host, providers, check });
  if (!hasEndedWell(trial)) return failed(check, endingIn(trial, check));
  const [first, ...others] = trial.failure?.problems ?? [];
  if (first) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    const problem = { ...first, message: `${first.message}${more}` };
    return failed(check, { ...problem, remedy: withRepeat(problem, path, check) });
  }
  const threads = checkThreads(trial);
  if (threads.status === 'warn' && threads.problem)
    return failed(check, { ...threads.problem, remedy: withRepeat(threads.problem, path, check) });
  return trial.skipped === undefined ? ok(check, trial.passed ?? '') : skipped(check, trial.skipped);
}

function endingIn(trial: Trial, check: HostileCheck): Problem {
  const problem = ending(trial);
  const { doing } = trial;
  const message = doing === undefined ? problem.message : `${doing}: ${problem.message}`;
  return { ...problem, message, remedy: withRepeat(problem, trial.path, check) };
}

const withRepeat = ({ remedy = '' }: Problem, path: string, check: HostileCheck) =>
  `${remedy} Repeat it: mortise test ${/^[\w@%+=:,./-]+$/.test(path) ? path : JSON.stringify(path)} --only ${check}`.trim();
