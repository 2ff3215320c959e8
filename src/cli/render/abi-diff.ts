/** What `mortise abi-diff` prints. */
import type { AbiComparison } from '../../abi/compare/comparison.js';
import type { AbiDifference, Level } from '../../abi/compare/difference.js';
import { describe, type Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import { listed } from '../../messages/lists.js';
import type { ServiceComparison } from '../../services/schema/compare.js';
import type { Colours } from './colours.js';
import { count } from './text.js';

/** More places than these hide the next difference; --json has all. */
const shownPlaces = 6;
const conclusions: Record<Level, string> = {
  same: 'what was built with the first works with the second, and the other way round',
  minor: 'what was built with the first works with the second',
  major: 'what was built with the first does not work with the second',
};

/** A line for each difference, where else it shows, and what follows from all of them. */
export function renderAbiDiff(
  comparison: AbiComparison,
  problems: readonly Problem[],
  colours: Colours,
): string {
  const { abi, services, from, to, unread } = comparison;
  const versions = [
    ...(from && to ? [`ABI ${from} to ${to}: ${abi}`] : []),
    ...services.map(({ table, level }) => `${table}: ${level}`),
  ];
  const unseen =
    unread.length > 0 ? [`  not compared, for the compiler knows no such name: ${listed(unread)}`] : [];
  return render(comparison, unseen, versions, problems, colours);
}

/** The same for services that TypeScript defines. */
export function renderServicesDiff(comparison: ServiceComparison, colours: Colours): string {
  const versions = comparison.services.map(
    ({ name, from, to, level }) => `${name} ${from && to ? `${from} to ${to}` : (from ?? to)}: ${level}`,
  );
  return render(comparison, [], versions, comparison.problems, colours);
}

interface Compared {
  verdict: Level;
  differences: readonly (Pick<AbiDifference, 'level' | 'subject' | 'message' | 'service'> & {
    surfaces?: readonly string[];
  })[];
}

function render(
  { verdict, differences }: Compared,
  notes: readonly string[],
  versions: readonly string[],
  problems: readonly Problem[],
  colours: Colours,
): string {
  const paint: Record<Level, (text: string) => string> = {
    same: colours.green,
    minor: colours.yellow,
    major: colours.red,
  };
  const rows = differences.flatMap(({ level, subject, message, service, surfaces = [] }) => {
    const isSaid = service === undefined || subject === service || subject.startsWith(`${service}.`);
    const owner = level === 'same' || isSaid ? '' : `: a ${level} of ${service}`;
    const rest = surfaces.length - shownPlaces;
    const places = surfaces.slice(0, shownPlaces).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
    return [
      `  ${paint[level](level)}  ${clean(`${subject} ${message}`)}${owner}`,
      ...(places ? [colours.dim(`         shows in ${clean(places)}`)] : []),
    ];
  });
  const counts = [
    count(differences.length, 'difference'),
    ...(versions.length > 0 ? [versions.join(', ')] : []),
  ];
  const tail = `${paint[verdict](verdict)}: ${conclusions[verdict]} (${counts.join('; ')})`;
  return `${[...rows, ...notes.map(clean), tail, ...problems.map(describe)].join('\n')}\n`;
}
