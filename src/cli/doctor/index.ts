/** Everything that `mortise doctor` looks at, in the order in which it says so. */
import type { CheckResult } from '../../loader/record.js';
import { checkPrograms } from './programs.js';
import {
  checkAddon,
  checkCollectd,
  checkGrpc,
  checkKoffi,
  checkLibc,
  checkNode,
  checkOpenPgp,
  checkParser,
  checkWriters,
} from './runtime.js';
import { checkCores, checkTemporary } from './system.js';

/** A question to the machine. None of them throws. */
export type Examination = (env: NodeJS.ProcessEnv) => CheckResult[] | Promise<CheckResult[]>;

/** First what running plugins needs, then what building them needs. */
export const examinations: readonly Examination[] = [
  checkNode,
  checkLibc,
  checkAddon,
  checkKoffi,
  checkParser,
  checkGrpc,
  checkOpenPgp,
  checkWriters,
  checkCollectd,
  checkTemporary,
  checkCores,
  checkPrograms,
];
