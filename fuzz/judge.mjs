// What verify says of a file, as far as every library is concerned, beside what the loader did with it.
import { openFile, readBinary } from '../dist/binary/index.js';
import { hostFacts } from '../dist/host/facts.js';
import { bootstrap } from '../dist/loader/bootstrap.js';
import { validateLibrary } from '../dist/loader/validate.js';
import { policyOf } from './policies.mjs';

const host = await hostFacts();

/** @returns {Promise<{ refused?: { code: string, text: string } }>} the first reason to refuse the file, if there is one */
export async function judge(path) {
  try {
    const evidence = await bootstrap({ path }, host, { hash: false });
    try {
      const { problem } = validateLibrary(evidence, host).find(({ status }) => status === 'fail') ?? {};
      return problem ? { refused: reasonOf(problem) } : {};
    } finally {
      evidence.close();
    }
  } catch (error) {
    if (!Array.isArray(error.problems)) throw error;
    return { refused: reasonOf(error.problems[0]) };
  }
}

/** What is damaged in a library for another machine, which no loader here can judge. */
export function judgeAsData(path) {
  const source = openFile(path);
  try {
    const [fault] = readBinary(source).images.flatMap(({ loading }) => loading?.fault ?? []);
    return fault ? { refused: reasonOf(fault) } : {};
  } catch (error) {
    if (!Array.isArray(error.problems)) throw error;
    return { refused: reasonOf(error.problems[0]) };
  } finally {
    source.close();
  }
}

function reasonOf({ code, message, where, expected, found }) {
  return { code, where, message, text: [code, where, message, expected, found].filter(Boolean).join(' | ') };
}

/**
 * How the two verdicts stand to each other.
 * @param {[string, string]} probed what the loader did, and what it said
 * @param {boolean} isDamaged whether it is a mutation, and not what a linker wrote
 * @returns {{ kind: string, disagrees?: boolean }}
 */
export function compare({ refused }, [outcome], isDamaged) {
  const takes = outcome === 'taken' || outcome === 'own-fault';
  if (refused) {
    if (!takes) return { kind: 'both refuse' };
    const policy = policyOf(refused, isDamaged);
    return policy ? { kind: `policy: ${policy}` } : { kind: 'verify alone refuses', disagrees: true };
  }
  if (outcome === 'taken') return { kind: 'both take' };
  if (outcome === 'own-fault') return { kind: 'rule: its own code fails' };
  if (outcome === 'refused') return { kind: 'the loader alone refuses', disagrees: true };
  return { kind: 'the loader faults', disagrees: true };
}
