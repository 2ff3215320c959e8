/** What changed between two versions of services that are defined in TypeScript, and whether their versions say so. */

import { byLevel, highest, type Level, told } from '../../abi/compare/difference.js';
import { compareSignatures } from '../../abi/compare/signatures.js';
import type { Problem } from '../../errors.js';
import { isNamed, isSpan } from './lower.js';
import { statedSignature } from './signature.js';
import type { Service } from './types.js';

/** One thing that differs. `subject` and `message` make a sentence. */
export interface ServiceDifference {
  level: Level;
  /** "shop.stock.left", or "shop.stock" */
  subject: string;
  message: string;
  service: string;
}

export interface ServiceComparison {
  /** The gravest difference of all. */
  verdict: Level;
  /** Each service of either side; `from` or `to` is null where it isn't there. */
  services: { name: string; from: string | null; to: string | null; level: Level }[];
  /** The gravest first. */
  differences: ServiceDifference[];
  /** Versions that don't say what the functions do. */
  problems: Problem[];
}

/** A service on one side or on both. */
interface Pair {
  old?: Service;
  now?: Service;
}

/** Compares services by name and major; one that is there with another major only is compared with that. */
export function compareServices(before: readonly Service[], after: readonly Service[]): ServiceComparison {
  const pairs = pairUp(before, after);
  const all = pairs.map((pair) => ({ pair, differences: differencesOf(pair) }));
  const differences = all.flatMap((each) => each.differences).sort(byLevel);
  return {
    verdict: highest(differences.map(({ level }) => level)),
    services: all.map(({ pair: { old, now }, differences }) => ({
      name: (old ?? now)?.name ?? '',
      from: old ? versionOf(old) : null,
      to: now ? versionOf(now) : null,
      level: highest(differences.map(({ level }) => level)),
    })),
    differences,
    problems: all.flatMap(({ pair, differences }) => missingSteps(pair, differences)),
  };
}

const versionOf = ({ major, minor }: Service): string => `${major}.${minor}`;

function pairUp(before: readonly Service[], after: readonly Service[]): Pair[] {
  const left = new Set(after);
  const take = (fits: (service: Service) => boolean): Service | undefined => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const pairs: Pair[] = before.map((old) => ({
    old,
    now: take(({ name, major }) => name === old.name && major === old.major),
  }));
  // What is still alone has moved to another major, or gone.
  for (const pair of pairs) pair.now ??= take(({ name }) => name === pair.old?.name);
  return [...pairs, ...[...left].map((now) => ({ now }))];
}

function differencesOf({ old, now }: Pair): ServiceDifference[] {
  const { name } = (old ?? now) as Service;
  const difference = (level: Level, message: string, of?: string): ServiceDifference => ({
    level,
    subject: of === undefined ? name : `${name}.${of}`,
    message,
    service: name,
  });
  if (!old) return now ? [difference('minor', `is a new service (${versionOf(now)})`)] : [];
  if (!now) return [difference('major', `was removed (it was ${versionOf(old)})`)];
  const changes = compareSignatures(statedSignature(old), statedSignature(now));
  return [
    ...(old.major === now.major
      ? []
      : [
          difference(
            'major',
            `was ${versionOf(old)} and is ${versionOf(now)}: another major is another service`,
          ),
        ]),
    ...changes.map(({ level, name, message }) => difference(level, message, name)),
    ...onlyInTypeScript(old, now).map(([name, message]) => difference('same', message, name)),
  ];
}

/** What a plugin can't see: names that are one in C, and numbers that are. */
function onlyInTypeScript(old: Service, now: Service): [name: string, message: string][] {
  const before = Object.entries(old.functions);
  return Object.entries(now.functions).flatMap(([name, fn], index): [string, string][] => {
    const [oldName, oldFn] = before[index] ?? [];
    if (!oldName || !oldFn) return [];
    const word = (one: Service['functions']) => statedSignature({ functions: one });
    if (word({ [oldName]: oldFn }) !== word({ [name]: fn })) return [];
    const [was, is] = [inTypeScript(oldName, oldFn), inTypeScript(name, fn)];
    return was === is
      ? []
      : [[oldName, `is spelled ${is} instead of ${was} in TypeScript, and is the same in C`]];
  });
}

type Function = Service['functions'][string];

/** "left({ sku: text }, safeInteger)" */
function inTypeScript(name: string, { parameters, result }: Function): string {
  const record = (types: Function['parameters']): string =>
    `{ ${Object.entries(types)
      .map(([key, type]) => `${key}: ${typeOf(type)}`)
      .join(', ')} }`;
  const typeOf = (type: Function['parameters'][string]): string => {
    if (type.kind === 'out') return `out(${typeOf(type.of)})`;
    if (isSpan(type)) return `${type.kind}(${type.of.kind})`;
    if (isNamed(type) || type.kind === 'record' || type.kind === 'handle') return type.name;
    return type.kind === 'callback' ? `callback(${record(type.parameters)}, ${type.result.kind})` : type.kind;
  };
  return `${name}(${record(parameters)}, ${result.kind === 'returns' ? `returns(${result.of.kind})` : result.kind})`;
}

/** A table is known by its major, and what it has by its minor: functions must not change under either. */
function missingSteps({ old, now }: Pair, differences: readonly ServiceDifference[]): Problem[] {
  if (!old || !now || now.major > old.major) return [];
  const { name, major, minor } = old;
  const problem = (message: string, level: Level, expected: string, remedy: string): Problem => ({
    code: 'MORTISE_ERR_ABI_VERSION',
    message,
    subject: name,
    where: told(differences, level),
    expected,
    found: versionOf(now),
    remedy,
  });
  if (now.major < major || now.minor < minor) {
    return [
      problem(
        'the version of the service went back',
        'major',
        `${versionOf(old)} or later`,
        'Name the older definition first, or raise the version.',
      ),
    ];
  }
  const level = highest(differences.map((each) => each.level));
  if (level === 'major') {
    const next = `${major + 1}.0`;
    return [
      problem(
        `${name} breaks whoever was built with it, and its major is still ${major}`,
        'major',
        next,
        `Undo the change, or define the service as ${next} beside the one that is there.`,
      ),
    ];
  }
  if (level !== 'minor') return [];
  const next = `${major}.${minor + 1}`;
  if (now.minor === minor) {
    return [
      problem(
        `${name} offers more, and its version is still ${versionOf(old)}`,
        'minor',
        next,
        `Raise the version to ${next}, and say since: '${next}' with each function that is new.`,
      ),
    ];
  }
  const early = Object.entries(now.functions)
    .slice(Object.keys(old.functions).length)
    .filter(([, { since }]) => Number(since?.split('.')[1] ?? 0) <= minor)
    .map(([name]) => name);
  if (early.length === 0) return [];
  return [
    problem(
      `${name} says of ${early.join(', ')} that ${versionOf(old)} had it`,
      'minor',
      `since: '${next}' or later`,
      `Say with fn(…, { since: '${versionOf(now)}' }) when it came: providers of ${versionOf(old)} lack it.`,
    ),
  ];
}
