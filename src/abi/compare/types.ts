/** Differences between the types of two snapshots. */

import type { AbiSnapshot, AbiType, FunctionType } from '../snapshot.js';
import type { Findings } from './difference.js';

/** Both sides of a comparison, and where its results go. */
export interface Sides {
  from: AbiSnapshot;
  to: AbiSnapshot;
  findings: Findings;
  /** Types and typedefs that changed or went: what mentions them differs because they do. */
  roots: ReadonlySet<string>;
}

/** The subject of a difference: its name, and the header that declares it. */
export interface Subject {
  name: string;
  header: string | null;
  /** The type whose member it is: what holds that type by value changes with it. */
  root?: string;
}

/** A type as C writes it. */
export function display(type: AbiType, inner = '(*)'): string {
  if (typeof type === 'string') return type;
  const parameters = [
    ...type.parameters.map((parameter) => display(parameter)),
    ...(type.variadic ? ['...'] : []),
  ];
  return `${display(type.result)} ${inner}(${parameters.join(', ') || 'void'})`;
}

/** A type with every typedef followed, as one string that is equal when the layout is. */
export function layoutOf(type: AbiType, snapshot: AbiSnapshot): string {
  if (typeof type !== 'string') {
    const parts = [type.result, ...type.parameters].map((part) => layoutOf(part, snapshot));
    return `fn(${parts.join(', ')}${type.variadic ? ', ...' : ''})`;
  }
  const layout = snapshot.layouts[type] ?? type;
  const place = placeOf(layout);
  const nested = place === undefined ? undefined : snapshot.types[place];
  if (!nested || nested.kind === 'opaque') return layout;
  // Named after its place, which says nothing of what is in it.
  const members = nested.members.map(
    (member) => `${member.name}@${member.offset} ${layoutOf(member.type, snapshot)}`,
  );
  return `${nested.kind} {${members.join('; ')}}`;
}

/** Reports how a type differs; `at` says where in the subject, as in "parameter 2: ". */
export function compareType(sides: Sides, subject: Subject, before: AbiType, after: AbiType, at = ''): void {
  if (typeof before !== 'string' && typeof after !== 'string') {
    compareSignature(sides, subject, before, after, at);
    return;
  }
  const { from, to, findings } = sides;
  const [old, now] = [display(before), display(after)];
  const isNested = typeof before === 'string' && typeof after === 'string' && placeOf(before) !== undefined;
  if (isNested && before === after) return; // compared under its own name
  if (layoutOf(before, from) === layoutOf(after, to)) {
    if (old !== now && !isNested) {
      findings.add(
        'same',
        subject.name,
        `${at}is spelled ${now} instead of ${old}, and is laid out the same`,
        subject.header,
      );
    }
    return;
  }
  const root = mentioned(
    `${old} ${typeof before === 'string' ? (from.layouts[before] ?? '') : ''}`,
    sides.roots,
  );
  if (root !== undefined && (old === now || !(root in to.types || root in to.typedefs))) {
    findings.follow(root, `${subject.name}${at ? ` (${at.replace(/: $/, '')})` : ''}`);
    return;
  }
  const message =
    old === now ? `${layoutOf(before, from)} became ${layoutOf(after, to)}` : typeChange(old, now);
  findings.add('major', subject.name, `${at}${message}`, subject.header, subject.root);
}

/** The place after which a struct without a name is named: "shop.as" of "union shop.as". */
const placeOf = (text: string): string | undefined =>
  /^(?:struct |union )?([A-Za-z_][\w:<>, ]*\.[\w.]+)$/.exec(text)?.[1];

/** The first of those names that stands in the text; one of C++ with all that it lies in. */
function mentioned(text: string, names: ReadonlySet<string>): string | undefined {
  const words = text.match(/[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/g) ?? [];
  const word = words.find((each) => names.has(each));
  if (word !== undefined || !text.includes('<')) return word;
  return [...names].find((name) => name.includes('<') && text.includes(name));
}

function typeChange(old: string, now: string): string {
  const [, element, bound] = /^(.*?)(\[\d*\](?:\[\d*\])*)$/.exec(old) ?? [];
  const [, newElement, newBound] = /^(.*?)(\[\d*\](?:\[\d*\])*)$/.exec(now) ?? [];
  if (element !== undefined && element === newElement)
    return `array bound changed from ${bound} to ${newBound}`;
  return `type changed from ${old} to ${now}`;
}

function compareSignature(
  sides: Sides,
  subject: Subject,
  before: FunctionType,
  after: FunctionType,
  at: string,
): void {
  compareType(sides, subject, before.result, after.result, `${at}result: `);
  const counts = [before.parameters.length, after.parameters.length];
  if (counts[0] !== counts[1] || before.variadic !== after.variadic) {
    const message = `${at}parameters changed from ${display(before, '')} to ${display(after, '')}`;
    sides.findings.add('major', subject.name, message, subject.header, subject.root);
    return;
  }
  before.parameters.forEach((parameter, index) => {
    compareType(
      sides,
      subject,
      parameter,
      after.parameters[index] as AbiType,
      `${at}parameter ${index + 1}: `,
    );
  });
}
