/** What `mortise abi-diff` prints. */
import type { AbiComparison } from '../../abi/comparison.js';
import type { Level } from '../../abi/difference.js';
import { describe, type Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import type { Colours } from './colours.js';
import { count } from './text.js';

/** More places than these hide the next difference; --json has all. */
const shownPlaces = 6;
const conclusions: Record<Level, string> = {
  same: 'a plugin built with the first works with the second, and the other way round',
  minor: 'plugins built with the first work with the second',
  major: 'plugins built with the first do not work with the second',
};

/** A line for each difference, where else it shows, and what follows from all of them. */
export function renderAbiDiff(
  comparison: AbiComparison,
  problems: readonly Problem[],
  colours: Colours,
): string {
  const { verdict, abi, services, from, to, differences } = comparison;
  const paint: Record<Level, (text: string) => string> = {
    same: colours.green,
    minor: colours.yellow,
    major: colours.red,
  };
  const rows = differences.flatMap(({ level, subject, message, service, surfaces }) => {
    const owner = level === 'same' || !service ? '' : `: a ${level} of ${service}`;
    const rest = surfaces.length - shownPlaces;
    const places = surfaces.slice(0, shownPlaces).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
    return [
      `  ${paint[level](level)}  ${clean(`${subject} ${message}`)}${owner}`,
      ...(places ? [colours.dim(`         shows in ${clean(places)}`)] : []),
    ];
  });
  const versions = [
    `ABI ${from} to ${to}: ${abi}`,
    ...services.map(({ table, level }) => `${table}: ${level}`),
  ];
  const tail = `${paint[verdict](verdict)}: ${conclusions[verdict]} (${count(differences.length, 'difference')}; ${versions.join(', ')})`;
  return `${[...rows, tail, ...problems.map(describe)].join('\n')}\n`;
}
