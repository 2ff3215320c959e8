/** Compares the headers with the committed snapshot and says which version step is missing. */
import type { Problem } from '../errors.js';
import { type AbiComparison, compareSnapshots } from './compare/comparison.js';
import { type Level, told } from './compare/difference.js';
import type { AbiSnapshot } from './snapshot.js';

type Version = NonNullable<AbiSnapshot['abi']>;

/** The one line that accepts headers as they are. */
export const updateCommand = ({ major, minor }: Version) =>
  `npx mortise abi-diff include/mortise --write abi/${major}.${minor}.json`;

export interface AbiWatch {
  comparison: AbiComparison;
  /** Empty when the version says what the headers do. */
  problems: Problem[];
}

/**
 * Whether headers that differ from the committed snapshot have the version that the difference calls for:
 * the next minor for additions, the next major for anything else. A service table that grew has a version
 * of its own, so it asks only that the snapshot be written again. Headers without a version may only grow.
 */
export function abiWatch(committed: AbiSnapshot, current: AbiSnapshot): AbiWatch {
  const comparison = compareSnapshots(committed, current);
  const { abi: from } = committed;
  const { abi: to } = current;
  return { comparison, problems: from && to ? missingSteps(comparison, from, to) : breaks(comparison) };
}

/** Headers that state no version can't take a step. */
function breaks({ verdict, differences }: AbiComparison): Problem[] {
  if (verdict !== 'major') return [];
  return [
    {
      code: 'MORTISE_ERR_ABI_VERSION',
      message: 'the headers break what was built with the older ones',
      where: told(differences, 'major'),
      expected: 'additions only',
      found: 'headers that state no version',
      remedy: 'Undo the change, or declare what is new beside the old, under other names.',
    },
  ];
}

function missingSteps(comparison: AbiComparison, from: Version, to: Version): Problem[] {
  const { abi, services, differences } = comparison;
  const { major, minor } = from;
  const step = Math.sign(to.major - major || to.minor - minor);
  const isNextMajor = to.major > major;
  const isNext = step > 0;
  const problem = (message: string, expected: string, remedy: string, level: Level): Problem => ({
    code: 'MORTISE_ERR_ABI_VERSION',
    message,
    subject: 'include/mortise',
    where: told(differences, level),
    expected,
    found: `ABI ${comparison.to}, and the snapshot is of ${comparison.from}`,
    remedy,
  });

  if (step < 0) {
    const remedy =
      'Set MORTISE_ABI_MAJOR and MORTISE_ABI_MINOR in include/mortise/abi.h to the version that comes next.';
    return [problem('the ABI version went back', `${comparison.from} or later`, remedy, 'major')];
  }
  if (isNextMajor) return [];
  const next = { major, minor: isNext ? to.minor : minor + 1 };
  const problems: Problem[] = [];
  const broken = services.filter(({ level }) => level === 'major').map(({ table }) => table);
  if (abi === 'major') {
    problems.push(
      problem(
        'the headers break plugins that were built with the committed ones',
        `ABI ${major + 1}.0`,
        `Undo the change, or set MORTISE_ABI_MAJOR to ${major + 1} and MORTISE_ABI_MINOR to 0 in include/mortise/abi.h and run: ${updateCommand({ major: major + 1, minor: 0 })}`,
        'major',
      ),
    );
  }
  if (broken.length > 0) {
    problems.push(
      problem(
        `${broken.join(' and ')} no longer fits plugins that were built with it`,
        'a table that only grows at its end',
        `Leave ${broken.join(' and ')} as it was, and declare a table of the next major beside it.`,
        'major',
      ),
    );
  }
  if (problems.length === 0 && abi === 'minor' && !isNext) {
    problems.push(
      problem(
        'the headers offer more than the committed ones',
        `ABI ${major}.${next.minor}`,
        `Set MORTISE_ABI_MINOR to ${next.minor} in include/mortise/abi.h and run: ${updateCommand(next)}`,
        'minor',
      ),
    );
  }
  if (problems.length === 0 && abi === 'same' && services.some(({ level }) => level === 'minor') && !isNext) {
    const grown = services.filter(({ level }) => level === 'minor').map(({ table }) => table);
    problems.push(
      problem(
        `${grown.join(' and ')} offers more than the committed headers`,
        'the next minor of the service, and a snapshot that has it',
        `Raise the minor version under which the host provides ${grown.join(' and ')}, and run: ${updateCommand(to)}`,
        'minor',
      ),
    );
  }
  return problems;
}
