/** What was seen in a trial, as check results. */
import { basename } from 'node:path';
import type { Problem } from '../../errors.js';
import { failed, ok, skipped, warned } from '../../loader/checks/result.js';
import type { CheckResult } from '../../loader/record.js';
import { listed } from '../../messages/lists.js';
import { debugCommand } from './debug.js';
import type { Step } from './protocol.js';
import type { Trial } from './run.js';

const checked = ['load', 'register', 'init', 'fini'] as const;
const mostNames = 10;

/** "SIGSEGV …" */
const during: Record<Step, string> = {
  load: 'while the library was loaded',
  register: 'in module_register',
  init: 'in module_init',
  fini: 'in module_fini',
  exit: 'while the process ended, after the last entry point',
};

/** "still … after 10 s" */
const busy: Record<Step, string> = {
  load: 'loading the library',
  register: 'in module_register',
  init: 'in module_init',
  fini: 'in module_fini',
  exit: 'ending the process',
};

/** One row a step, in order; then what the plugin printed and left running. */
export function report(trial: Trial): CheckResult[] {
  return [
    ...checked.flatMap((step) => checkStep(trial, step)),
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
  if (step === 'load') return [ok(step, 'the system’s loader took it')];
  const entry = `module_${step}`;
  return [ok(step, entries.includes(step) ? entry : `no ${entry}`)];
}

/** A process that ends before it was told to counts as the step's. */
function last({ entered }: Trial): Step {
  return entered.at(-1) ?? 'load';
}

function hasEndedWell(trial: Trial): boolean {
  return !trial.isTimeout && trial.end.code === 0 && trial.entered.at(-1) === 'exit';
}

function ending(trial: Trial): Problem {
  const { path, isTimeout, end, timeoutMs } = trial;
  const step = last(trial);
  const common = { subject: path, where: step === 'exit' || step === 'load' ? step : `module_${step}` };
  if (isTimeout) {
    const time = timeoutMs < 1000 ? `${timeoutMs} ms` : `${timeoutMs / 1000} s`;
    return {
      ...common,
      code: 'MORTISE_ERR_LOAD_TIMEOUT',
      message: `still ${busy[step]} after ${time}`,
      expected: `all steps within ${time}`,
      found: `no end ${during[step]}`,
      remedy: `Allow more time, or see where it waits (stop it with Ctrl-C): ${debugCommand(trial, 'hang')}`,
    };
  }
  const what = end.signal ?? `exit with status ${shownStatus(end.code)}`;
  return {
    ...common,
    code: 'MORTISE_ERR_LOAD_CRASHED',
    message: `${what} ${during[step]}`,
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

function checkThreads({ path, threads, entered }: Trial): CheckResult {
  if (threads === undefined) return skipped('threads', 'not reached');
  if (threads === null) return skipped('threads', `${process.platform} does not list them`);
  if (threads.length === 0) return ok('threads', 'none left running');
  const names = listed(threads, mostNames);
  const count = threads.length === 1 ? '1 thread runs' : `${threads.length} threads run`;
  const since = entered.includes('fini') ? 'module_fini' : 'it failed';
  return warned('threads', {
    code: 'MORTISE_WARN_LEAKED_THREAD',
    message: `${count} on after ${since}: ${names}`,
    subject: path,
    where: `module_fini of ${basename(path)}`,
    expected: 'every thread of the plugin has ended',
    found: names,
    remedy: 'Stop and join the plugin’s threads in module_fini, or before module_init fails.',
  });
}
