/** Types as C and C++ write them, from the compiler's debug information. */
import type { DebugInfo, Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import { unreadable } from '../dwarf/unreadable.js';
import type { AbiType, FunctionType } from '../snapshot.js';

const qualifiers = new Map<number, string>([
  [tags.constant, 'const '],
  [tags.volatile, 'volatile '],
  [tags.atomic, '_Atomic '],
  // Advice to the optimiser; it changes neither layout nor call.
  [tags.restrict, ''],
]);
/** Each platform builds it differently, and always the same way for itself. */
const platformTypes = new Set(['va_list', '__builtin_va_list', '__gnuc_va_list', '__isoc_va_list']);
const pointers = new Map<number, string>([
  [tags.pointer, '*'],
  [tags.reference, '&'],
  [tags.rvalueReference, '&&'],
]);
/** A class is laid out as a struct is. */
const keywords = new Map<number, string>([
  [tags.structure, 'struct'],
  [tags.class, 'struct'],
  [tags.union, 'union'],
  [tags.enumeration, 'enum'],
]);

export interface Spelling {
  /** The type as the header has it, and a pointer to a function with its parameters apart. */
  type(entry: Entry | undefined): AbiType;
  signature(subroutine: Entry): FunctionType;
  /** The type as one text, also a pointer to a function. */
  text(entry: Entry | undefined): string;
  /** The same type with every typedef followed, and integers as `i32`, `u64`… */
  layout(entry: Entry | undefined): string;
  /** All spellings so far that differ from their layout. */
  layouts: Record<string, string>;
}

/** More than that is not a type that anybody wrote. */
const maxLength = 65_536;

/** Writes types down. `nameOf` names what the header left nameless, and says in C++ what something lies in. */
export function spellingOf(nameOf: (entry: Entry) => string, isCpp = false): Spelling {
  const layouts: Record<string, string> = {};
  const layout = (entry: Entry | undefined) => declare(entry, '', true);

  const signature = (subroutine: Entry): FunctionType => {
    const variadic = subroutine.children.some(({ tag }) => tag === tags.unspecifiedParameters);
    // The first that the source doesn't have is the object; the others are between the compiler and itself.
    const parameters = subroutine.children
      .filter(({ tag }) => tag === tags.parameter)
      .filter((parameter, index) => index === 0 || !parameter.flag(attributes.artificial));
    return {
      result: type(subroutine.type()),
      parameters: parameters.map((parameter) => type(parameter.type())),
      ...(variadic ? { variadic } : {}),
    };
  };
  const type = (entry: Entry | undefined): AbiType => {
    const target = entry?.tag === tags.pointer ? entry.type() : undefined;
    if (target?.tag === tags.subroutine) return signature(target);
    const spelled = declare(entry, '', false);
    const plain = layout(entry);
    if (plain !== spelled) layouts[spelled] = plain;
    return spelled;
  };

  /** C writes a type around the name that has it, so it is built from the inside out. */
  function declare(entry: Entry | undefined, inner: string, resolve: boolean): string {
    if (inner.length > maxLength) throw unreadable('a type takes more words than anybody would write');
    if (!entry) return join('void', inner);
    const target = entry.type();
    const qualifier = qualifiers.get(entry.tag);
    if (qualifier !== undefined) {
      const isPointer = isPointing((resolve ? behindNames(target) : target)?.tag);
      if (isPointer) return declare(target, `${qualifier}${inner}`.trimEnd(), resolve);
      const rest = declare(target, inner, resolve);
      return rest.startsWith(qualifier) ? rest : qualifier + rest;
    }
    switch (entry.tag) {
      case tags.typedef: {
        const name = isCpp ? nameOf(entry) : (entry.text(attributes.name) ?? '');
        return resolve && !platformTypes.has(name) ? declare(target, inner, resolve) : join(name, inner);
      }
      case tags.pointer:
      case tags.reference:
      case tags.rvalueReference:
      case tags.memberPointer: {
        const shown = resolve ? behindNames(target) : target;
        const binds = shown?.tag === tags.array || shown?.tag === tags.subroutine;
        const owner = entry.reference(attributes.containingType);
        const sign = pointers.get(entry.tag) ?? `${owner ? nameOf(owner) : ''}::*`;
        return declare(target, binds ? `(${sign}${inner})` : `${sign}${inner}`, resolve);
      }
      case tags.array:
        return declare(
          target,
          inner +
            bounds(entry)
              .map((bound) => `[${bound ?? ''}]`)
              .join(''),
          resolve,
        );
      case tags.subroutine: {
        const parameters = entry.children
          // A pointer to a class's function says whose it is.
          .filter((child) => !child.flag(attributes.artificial))
          .map((child) => (child.tag === tags.parameter ? declare(child.type(), '', resolve) : '...'));
        return declare(target, `${inner}(${parameters.join(', ') || 'void'})`, resolve);
      }
      case tags.base:
        return join(resolve ? baseLayout(entry) : (entry.text(attributes.name) ?? ''), inner);
      case tags.unspecified: // decltype(nullptr)
        return join(entry.text(attributes.name) ?? '', inner);
      default: {
        const keyword = isCpp && !resolve ? '' : `${keywords.get(entry.tag) ?? '?'} `;
        return join(keyword + nameOf(entry), inner);
      }
    }
  }

  return { type, signature, text: (entry) => declare(entry, '', false), layout, layouts };
}

function join(type: string, inner: string): string {
  return inner === '' || inner.startsWith('[') ? type + inner : `${type} ${inner}`;
}

const isPointing = (tag: number | undefined): boolean =>
  tag !== undefined && (pointers.has(tag) || tag === tags.memberPointer);

/** The type behind typedefs. */
function behindNames(entry: Entry | undefined): Entry | undefined {
  let target = entry;
  while (target?.tag === tags.typedef) target = target.type();
  return target;
}

/** The type behind typedefs and qualifiers: what decides about size. */
export function bare(entry: Entry | undefined): Entry | undefined {
  let target = entry;
  while (target && (target.tag === tags.typedef || qualifiers.has(target.tag))) target = target.type();
  return target;
}

/** How many elements each dimension has; undefined for an array of open length. */
function bounds(array: Entry): (bigint | undefined)[] {
  return array.children
    .filter(({ tag }) => tag === tags.subrange)
    .map((range) => {
      const last = range.number(attributes.upperBound);
      return last === undefined ? range.number(attributes.count) : BigInt.asIntN(64, last) + 1n;
    });
}

/** `long` and `long long` are one type where both have 64 bits; `char` is neither signed nor unsigned. */
function baseLayout(entry: Entry): string {
  const name = entry.text(attributes.name) ?? '';
  const bits = 8 * Number(entry.number(attributes.byteSize) ?? 0n);
  switch (Number(entry.number(attributes.encoding) ?? 0n)) {
    case 0x02:
      return 'bool';
    case 0x04:
      return `f${bits}`;
    case 0x05:
      return `i${bits}`;
    case 0x06:
      return name === 'char' ? 'char' : 'i8';
    case 0x07:
    case 0x10:
      return `u${bits}`;
    case 0x08:
      return name === 'char' ? 'char' : 'u8';
    default:
      return name;
  }
}

/** Bytes of a value of that type. */
export function sizeOf(entry: Entry | undefined, info: DebugInfo): number {
  const target = bare(entry);
  if (!target) return 0;
  if (pointers.has(target.tag)) return info.pointerSize;
  if (target.tag === tags.memberPointer) {
    // To a function: with what has to be added to the object's address.
    return info.pointerSize * (bare(target.type())?.tag === tags.subroutine ? 2 : 1);
  }
  if (target.tag === tags.unspecified) return info.pointerSize;
  if (target.tag !== tags.array) return Number(target.number(attributes.byteSize) ?? 0n);
  return bounds(target).reduce((size, bound) => size * Number(bound ?? 0n), sizeOf(target.type(), info));
}
