/** What was seen in a trial, as check results. */
import { basename } from 'node:path';
import { dialects } from '../../dialects/index.js';
import { mortise } from '../../dialects/mortise/index.js';
import type { Problem } from '../../errors.js';
import { failed, ok, skipped, warned } from '../../loader/checks/result.js';
import type { CheckResult, Dialect, Words } from '../../loader/record.js';
import { listed } from '../../messages/lists.js';
import { debugCommand } from './debug.js';
import type { Step } from './protocol.js';
import type { Trial } from './run.js';

const checked = ['load', 'register', 'init', 'fini'] as const;
const maxNames = 10;

const familyOf = ({ dialect }: Trial): Dialect => dialects.find(({ id }) => id === dialect) ?? mortise;
const isProgram = (trial: Trial): boolean => familyOf(trial).carrier === 'program';

/** The family's words for its steps. */
function wordsOf(trial: Trial): Words['steps'] {
  return familyOf(trial).words.steps;
}

/** What runs of the plugin in a step: its own words when it said them. */
function entryOf(trial: Trial, step: 'register' | 'init' | 'fini'): string {
  return trial.entries.get(step) ?? wordsOf(trial)[step] ?? step;
}

/** "SIGSEGV …" */
function during(trial: Trial, step: Step): string {
  if (trial.call !== undefined) return `in ${trial.call}`;
  if (step === 'load') return 'while the library was loaded';
  if (step === 'exit') return 'while the process ended, after the last entry point';
  return `in ${entryOf(trial, step)}`;
}

/** "still … after 10 s" */
function busy(trial: Trial, step: Step): string {
  if (trial.call !== undefined) return `in ${trial.call}`;
  if (step === 'load') return 'loading the library';
  if (step === 'exit') return 'ending the process';
  return `in ${entryOf(trial, step)}`;
}

/** One row a step, in order; then what the plugin printed and left running. */
export function report(trial: Trial): CheckResult[] {
  return [
    ...checked
      .filter((step) => step === 'load' || wordsOf(trial)[step] !== undefined)
      .flatMap((step) => checkStep(trial, step)),
    ...(hasEndedWell(trial) || last(trial) !== 'exit' ? [] : [failed('exit', ending(trial))]),
    ...trial.warnings,
    ...checkOutput(trial),
    checkThreads(trial),
  ];
}

function checkStep(trial: Trial, step: (typeof checked)[number]): CheckResult[] {
  const { failure, entered, entries } = trial;
  if (failure?.step === step) {
    const alone =
      trial.providers.length === 0 &&
      failure.problems.every(({ code }) => code === 'MORTISE_ERR_SERVICE_UNKNOWN');
    if (!alone) return failure.problems.map((problem) => failed(step, problem));
    const names = failure.problems.map(({ expected }) => expected).join(', ');
    return [skipped(step, `needs ${names} of another plugin, and is tried out alone`)];
  }
  if (step === last(trial) && !hasEndedWell(trial)) return [failed(step, ending(trial))];
  if (!entered.includes(step)) return [skipped(step, 'not reached')];
  if (step === 'load') {
    // A program is started in the next step; before that only its settings are read.
    return [ok(step, isProgram(trial) ? 'its settings are valid' : 'the system’s loader took it')];
  }
  return [ok(step, entries.get(step) ?? `no ${wordsOf(trial)[step]}`)];
}

/** A process that ends before it was told to counts as the step's. */
function last({ entered }: Trial): Step {
  return entered.at(-1) ?? 'load';
}

export function hasEndedWell(trial: Trial): boolean {
  return !trial.isTimeout && trial.end.code === 0 && trial.entered.at(-1) === 'exit';
}

/** How it ended before its time, as a problem of the step that it was in. */
export function ending(trial: Trial): Problem {
  const { path, isTimeout, end, timeoutMs } = trial;
  const step = last(trial);
  const where = step === 'exit' || step === 'load' ? step : entryOf(trial, step);
  const common = { subject: path, where: trial.call ?? where };
  if (isTimeout) {
    const time = timeoutMs < 1000 ? `${timeoutMs} ms` : `${timeoutMs / 1000} s`;
    return {
      ...common,
      code: 'MORTISE_ERR_LOAD_TIMEOUT',
      message: `still ${busy(trial, step)} after ${time}`,
      expected: `all steps within ${time}`,
      found: `no end ${during(trial, step)}`,
      remedy: `Allow more time, or see where it waits (stop it with Ctrl-C): ${debugCommand(trial, 'hang')}`,
    };
  }
  const what = end.signal ?? `exit with status ${shownStatus(end.code)}`;
  return {
    ...common,
    code: 'MORTISE_ERR_LOAD_CRASHED',
    message: `${what} ${during(trial, step)}`,
    expected: 'a return to the host',
    found: what,
    remedy: end.signal
      ? `See where: ${debugCommand(trial, 'crash')}`
      : `Return an error instead of ending the process. See where it does: ${debugCommand(trial, 'exit')}`,
  };
}

/** Windows says the kind of a crash in the status: 0xC0000005. */
function shownStatus(code: number | null): string {
  return code !== null && code > 255 ? `0x${code.toString(16).toUpperCase()}` : String(code);
}

function checkOutput({ path, output }: Trial): CheckResult[] {
  const noise = (['stdout', 'stderr'] as const).filter((name) => output[name].bytes > 0);
  if (noise.length === 0) return [ok('output', 'nothing printed')];
  return noise.map((name) => {
    const { bytes, firstLine } = output[name];
    return warned('output', {
      code: 'MORTISE_WARN_STDOUT_NOISE',
      message: `${bytes} ${bytes === 1 ? 'byte' : 'bytes'} on ${name}: ${JSON.stringify(firstLine)}`,
      subject: path,
      where: name,
      expected: 'nothing: a host’s output is its application’s',
      found: firstLine,
      remedy: 'Log through mortise.log; the application then decides where the lines go.',
    });
  });
}

export function checkThreads(trial: Trial): CheckResult {
  const { path, threads, entered } = trial;
  const { init, fini } = wordsOf(trial);
  if (threads === undefined) return skipped('threads', 'not reached');
  if (threads === null) return skipped('threads', `${process.platform} does not list them`);
  if (threads.length === 0) return ok('threads', 'none left running');
  const names = listed(threads, maxNames);
  const count = threads.length === 1 ? '1 thread runs' : `${threads.length} threads run`;
  const since = entered.includes('fini') ? fini : 'it failed';
  return warned('threads', {
    code: 'MORTISE_WARN_LEAKED_THREAD',
    message: `${count} on after ${since}: ${names}`,
    subject: path,
    where: `${fini} of ${basename(path)}`,
    expected: 'every thread of the plugin has ended',
    found: names,
    remedy: `Stop and join the plugin’s threads in ${fini}, or before ${init} fails.`,
  });
}
