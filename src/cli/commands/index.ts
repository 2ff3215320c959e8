/** The commands, in the order of the help. A new one is a file beside this one, and a line here. */
import type { DefineCommand } from '../cli.js';
import { defineAbiDiff } from './abi-diff.js';
import { defineAdd } from './add.js';
import { defineCollect } from './collect.js';
import { defineCompletion } from './completion.js';
import { defineDoctor } from './doctor.js';
import { defineHeaders } from './headers.js';
import { defineInspect } from './inspect.js';
import { defineList } from './list.js';
import { defineLock } from './lock.js';
import { defineNew } from './new.js';
import { defineOutdated } from './outdated.js';
import { definePack } from './pack.js';
import { defineQuery } from './query.js';
import { defineRemove } from './remove.js';
import { defineRoute } from './route.js';
import { defineRun } from './run.js';
import { defineTest } from './test.js';
import { defineTop } from './top.js';
import { defineVerify } from './verify.js';

export const commands: readonly DefineCommand[] = [
  defineVerify,
  defineTest,
  defineInspect,
  defineList,
  defineRoute,
  defineRun,
  defineTop,
  defineCollect,
  defineQuery,
  defineAdd,
  defineRemove,
  defineOutdated,
  defineLock,
  defineNew,
  definePack,
  defineHeaders,
  defineAbiDiff,
  defineDoctor,
  defineCompletion,
];
