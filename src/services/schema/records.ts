/** How records lie in memory: as C lays out a struct, each field at a multiple of its own size. */

import { representations } from './lower.js';
import { snake } from './names.js';
import type { Parameter, RecordOf, Sized, Value } from './types.js';

/** A field, and where it begins. */
export interface Field {
  /** As the schema calls it. */
  name: string;
  /** As C and Rust do. */
  member: string;
  type: Sized;
  offset: number;
}

export interface RecordLayout {
  bytes: number;
  /** What its address is a multiple of. */
  align: number;
  fields: readonly Field[];
}

/** Of a record that defineService has checked. */
export function layoutOf({ fields }: RecordOf): RecordLayout {
  let [end, align] = [0, 1];
  const placed = Object.entries(fields).map(([name, type]): Field => {
    const size = sizeOf(type);
    const offset = roundUp(end, size.align);
    end = offset + size.bytes;
    align = Math.max(align, size.align);
    return { name, member: snake(name), type, offset };
  });
  return { bytes: roundUp(end, align), align, fields: placed };
}

function sizeOf(type: Sized): { bytes: number; align: number } {
  if (type.kind === 'record') return layoutOf(type);
  const { bytes } = representations[type.kind];
  return { bytes, align: bytes };
}

const roundUp = (number: number, to: number): number => Math.ceil(number / to) * to;

/** The type of a parameter, or of a field of it: "settings.gain". */
export function typeAt(parameters: Readonly<Record<string, Parameter>>, path: string): Parameter | undefined {
  let types: Readonly<Record<string, Parameter>> = parameters;
  let found: Parameter | undefined;
  for (const name of path.split('.')) {
    found = Object.hasOwn(types, name) ? types[name] : undefined;
    const of = found?.kind === 'out' ? found.of : found;
    types = of?.kind === 'record' ? of.fields : {};
  }
  return found;
}

/** One number of a record that was taken apart. */
export interface Leaf {
  /** The variable that holds it. */
  variable: string;
  type: Value;
  offset: number;
}

/** Source that takes a record apart, each field once: what a getter does later changes nothing. */
export interface Taking {
  /** Variables to declare. */
  variables: readonly string[];
  source: string;
  leaves: readonly Leaf[];
  /** What its free names mean. */
  values: Readonly<Record<string, unknown>>;
}

interface Refusing {
  misfit(type: Value, value: string): string;
  /** A statement that refuses a value. */
  wrong(path: string, value: string): string;
}

/**
 * @param variable holds the record, and begins the names of all others
 * @param path of the record in messages: "settings"
 */
export function takeRecord(
  type: RecordOf,
  variable: string,
  path: string,
  refusing: Refusing,
  offset = 0,
): Taking {
  const { fields } = layoutOf(type);
  const known = `${variable}_names`;
  const variables: string[] = [];
  const leaves: Leaf[] = [];
  const values: Record<string, unknown> = { [known]: fields.map(({ name }) => name) };
  // The engine goes through an object's own keys without making a list of them.
  let source = `
    if (typeof ${variable} !== 'object' || ${variable} === null) ${refusing.wrong(path, variable)}
    { let n = 0; for (const key in ${variable}) if (key !== ${known}[n++]) { onlyFields(${variable}, ${known}, ${JSON.stringify(path)}); break; } }`;
  fields.forEach((field, index) => {
    const [inner, innerPath] = [`${variable}_${index}`, `${path}.${field.name}`];
    variables.push(inner);
    source += `\n${inner} = ${variable}[${JSON.stringify(field.name)}];`;
    if (field.type.kind === 'record') {
      const taken = takeRecord(field.type, inner, innerPath, refusing, offset + field.offset);
      variables.push(...taken.variables);
      leaves.push(...taken.leaves);
      Object.assign(values, taken.values);
      source += taken.source;
      return;
    }
    source += ` if (${refusing.misfit(field.type, inner)}) ${refusing.wrong(innerPath, inner)}`;
    leaves.push({ variable: inner, type: field.type, offset: offset + field.offset });
  });
  return { variables, source, leaves, values };
}

/** The first key that is no field. */
export function oddField(given: object, names: readonly string[]): string | undefined {
  for (const key in given) if (!names.includes(key)) return key;
  return undefined;
}

/** Source of an object with what `read` makes of each number. */
export function makeRecord(
  type: RecordOf,
  read: (type: Value, offset: number) => string,
  offset = 0,
): string {
  const properties = layoutOf(type).fields.map(({ name, type, offset: at }) => {
    const value = type.kind === 'record' ? makeRecord(type, read, offset + at) : read(type, offset + at);
    return `${JSON.stringify(name)}: ${value}`;
  });
  return `{ ${properties.join(', ')} }`;
}
