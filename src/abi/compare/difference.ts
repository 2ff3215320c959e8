/** One difference between two ABIs, and how serious it is. */
import type { AbiSnapshot } from '../snapshot.js';

/** How much a difference asks of the version. */
export type Level = 'same' | 'minor' | 'major';
const levels: readonly Level[] = ['same', 'minor', 'major'];

export const highest = (found: Iterable<Level>): Level =>
  levels[Math.max(0, ...[...found].map((level) => levels.indexOf(level)))] as Level;

/** The gravest first. */
export const byLevel = (left: { level: Level }, right: { level: Level }): number =>
  levels.indexOf(right.level) - levels.indexOf(left.level);

/** One thing that differs, at its root cause. `subject` and `message` make a sentence. */
export interface AbiDifference {
  level: Level;
  /** "mortise_host.config", "MORTISE_OK", "module_init". */
  subject: string;
  /** "moved from offset 56 to 64". */
  message: string;
  /** The service table whose own version this concerns; the ABI's version otherwise. */
  service?: string;
  /** Where else it shows: members, parameters and structs that hold the subject by value. */
  surfaces: string[];
}

/** Those of a level in a line, the first eight. */
export const told = (
  differences: readonly Pick<AbiDifference, 'level' | 'subject' | 'message'>[],
  level: Level,
): string =>
  differences
    .filter((each) => each.level === level)
    .slice(0, 8)
    .map(({ subject, message }) => `${subject} ${message}`)
    .join('; ');

/** A service table: `mortise_log_v1` is version 1 of what plugins call `mortise_log`. */
export const tablePattern = /^(\w+)_v(\d+)$/;

/** Collects differences, and assigns each to the ABI or to a service. */
export class Findings {
  readonly differences: AbiDifference[] = [];
  readonly #roots = new Map<AbiDifference, string>();
  readonly #consequences = new Map<string, string[]>();
  readonly #services: ReadonlyMap<string, string>;

  constructor(from: AbiSnapshot, to: AbiSnapshot) {
    this.#services = new Map([...tables(from), ...tables(to)]);
  }

  /** `header` says whose version counts; `root` is the type under which others see a consequence. */
  add(level: Level, subject: string, message: string, header: string | null, root?: string): void {
    const owner = subject.split('.')[0] as string;
    const service = tablePattern.test(owner) ? owner : this.#services.get(header ?? '');
    const difference: AbiDifference = {
      level,
      subject,
      message,
      ...(service ? { service } : {}),
      surfaces: [],
    };
    this.differences.push(difference);
    if (root !== undefined) this.#roots.set(difference, root);
  }

  /** Something that differs only because `root` does. */
  follow(root: string, text: string): void {
    const list = this.#consequences.get(root);
    if (list) list.push(text);
    else this.#consequences.set(root, [text]);
  }

  /**
   * Hangs each consequence on the gravest difference of its root; `usesOf` lists them. A
   * consequence whose root nothing reported is a difference of its own: nothing may go unsaid.
   */
  settle(usesOf: (root: string) => string[]): AbiDifference[] {
    const told = new Set<string>();
    const said = new Set<string>();
    for (const difference of [...this.differences].sort(byLevel)) {
      const root = this.#roots.get(difference);
      if (root === undefined || told.has(root) || difference.level !== 'major') continue;
      told.add(root);
      difference.surfaces = [...new Set(usesOf(root))];
      for (const text of difference.surfaces) said.add(text);
    }
    for (const [root, texts] of this.#consequences) {
      const unsaid = texts.filter((text) => !said.has(text));
      if (unsaid.length === 0) continue;
      this.add('major', root, 'differs', null);
      (this.differences.at(-1) as AbiDifference).surfaces = unsaid;
    }
    return [...this.differences].sort(byLevel);
  }

  consequences(root: string): readonly string[] {
    return this.#consequences.get(root) ?? [];
  }
}

/** By header, the newest service table in it: what stands beside a table belongs to its service. */
function tables(snapshot: AbiSnapshot): Map<string, string> {
  const newest = new Map<string, { name: string; major: number }>();
  for (const [name, { header }] of Object.entries(snapshot.types)) {
    const major = Number(tablePattern.exec(name)?.[2]);
    if (header !== null && major > (newest.get(header)?.major ?? 0)) newest.set(header, { name, major });
  }
  return new Map([...newest].map(([header, { name }]) => [header, name]));
}
