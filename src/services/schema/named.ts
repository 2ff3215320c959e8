/** The enumerations, flags and records of a service, which have names in C and Rust. */
import { shown } from '../../messages/shown.js';
import { isMemberName, snake } from './names.js';
import { typeWord } from './signature.js';
import type { Enumeration, Flags, Handle, Members, Parameter, RecordOf, ServiceFunctions } from './types.js';

export type Named = Enumeration | Flags | RecordOf | Handle;

export const membersOf = (type: Enumeration | Flags): Members =>
  type.kind === 'enum' ? type.members : type.bits;

/** All that functions use, each once, in the order of the functions; what a record has of them comes before it. */
export function namedOf(functions: ServiceFunctions): Named[] {
  const found = new Map<string, Named>();
  for (const { type } of uses(functions)) if (!found.has(snake(type.name))) found.set(snake(type.name), type);
  return [...found.values()];
}

/** Names that the generated Rust module has of itself. */
const taken = new Set(
  'bool table provider caller called stopped error atomic_bool mine register service signature'.split(' '),
);

type Refuse = (where: string, message: string, expected: string, found: unknown, remedy: string) => never;

/** Refuses those that C or Rust can't have. */
export function checkNamed(functions: ServiceFunctions, refuse: Refuse): void {
  const known = new Map<string, Named>();
  const functionNames = new Set(Object.keys(functions).map(snake));
  for (const { where, type } of uses(functions)) {
    const { name } = type;
    if (typeof name !== 'string' || !isMemberName(name) || taken.has(snake(name)) || /\d$/.test(name)) {
      refuse(
        where,
        `${shown(name)} cannot be the name of an enumeration, flags, a record or a handle`,
        `letters, digits and _, starting with a small letter, with no digit at the end; not ${[...taken].join(', ')}`,
        name,
        'Choose another name.',
      );
    }
    if ((type.kind === 'record' || type.kind === 'handle') && functionNames.has(snake(name))) {
      refuse(
        where,
        `${name} is the name of a function, and would be a struct’s in C as well`,
        'names that no function has',
        name,
        'Give it another name.',
      );
    }
    const before = known.get(snake(name));
    if (before && !isSame(before, type)) {
      refuse(
        where,
        `the service has another ${name} already`,
        'a name for one enumeration, one set of flags, one record or one handle',
        name,
        'Use the same one, or give it another name.',
      );
    }
    if (!before && type.kind === 'record') checkFields(where, type, refuse);
    else if (type.kind === 'handle') checkDestroy(where, type, functions, refuse);
    else if (!before && type.kind !== 'record') checkMembers(where, type, refuse);
    known.set(snake(name), type);
  }
}

function checkDestroy(
  where: string,
  { name, destroy }: Handle,
  functions: ServiceFunctions,
  refuse: Refuse,
): void {
  const fn = Object.hasOwn(functions, destroy) ? functions[destroy] : undefined;
  const [taken, ...more] = Object.values(fn?.parameters ?? {});
  if (fn && taken?.kind === 'handle' && taken.name === name && more.length === 0 && fn.result.kind === 'none')
    return;
  refuse(
    where,
    `${name} has no function that destroys it`,
    `a function ${shown(destroy)} that takes a ${name} alone and answers none`,
    fn ? 'a function of other parameters or another result' : 'no such function',
    `Add it: ${typeof destroy === 'string' ? destroy : 'close'}: fn({ ${name} }, none).`,
  );
}

const maxFields = 64;

function checkFields(where: string, type: RecordOf, refuse: Refuse): void {
  const names = Object.keys(type.fields);
  const members = new Set(names.map(snake));
  const wrong = names.find((name) => !isMemberName(name));
  if (names.length < 1 || names.length > maxFields || wrong !== undefined || members.size < names.length) {
    refuse(
      where,
      wrong === undefined
        ? `the fields of ${type.name} are not 1 to ${maxFields} of different names`
        : `${shown(wrong)} cannot be a field of ${type.name}`,
      `1 to ${maxFields} fields: letters, digits and _, starting with a small letter, each once in C`,
      names,
      'Correct the names, or cut the record into several.',
    );
  }
}

function checkMembers(where: string, type: Enumeration | Flags, refuse: Refuse): void {
  const entries = Object.entries(membersOf(type) ?? {});
  const [few, many, what] = type.kind === 'enum' ? [1, 256, 'names'] : [1, 32, 'bits'];
  if (entries.length < few || entries.length > many) {
    refuse(
      where,
      `${type.name} has ${entries.length} ${what}`,
      `${few} to ${many} ${what}`,
      entries.length,
      'Name those that there are, or use a number.',
    );
  }
  const names = new Set<string>();
  const numbers = new Set<number>();
  for (const [name, number] of entries) {
    const fits = type.kind === 'enum' ? number === (number | 0) : isBit(number);
    if (!isMemberName(name) || names.has(snake(name)) || !fits || numbers.has(number)) {
      refuse(
        where,
        `${shown(name)}: ${shown(number)} cannot be in ${type.name}`,
        type.kind === 'enum'
          ? 'a name and a whole number of 32 bits, each once'
          : 'a name and one bit of 32, each once',
        number,
        'Correct the name or the number.',
      );
    }
    names.add(snake(name));
    numbers.add(number);
  }
}

const isBit = (number: unknown): boolean =>
  typeof number === 'number' && number === number >>> 0 && number !== 0 && (number & (number - 1)) === 0;

const isSame = (a: Named, b: Named): boolean =>
  a.kind === b.kind && typeWord(a) === typeWord(b) && JSON.stringify(a) === JSON.stringify(b);

function uses(functions: ServiceFunctions): { where: string; type: Named }[] {
  const of = (type: Parameter): Named[] => {
    if (type.kind === 'enum' || type.kind === 'flags') return [type];
    if (type.kind === 'handle') return [type];
    if (type.kind === 'record') return [...Object.values(type.fields).flatMap(of), type];
    if (type.kind === 'out') return of(type.of);
    return type.kind === 'callback' ? Object.values(type.parameters).flatMap(of) : [];
  };
  return Object.entries(functions).flatMap(([where, { parameters }]) =>
    Object.values(parameters)
      .flatMap(of)
      .map((type) => ({ where, type })),
  );
}
