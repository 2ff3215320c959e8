/** The members of structs and unions, from the compiler's debug information. */
import type { DebugInfo, Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import type { AbiMember } from '../snapshot.js';
import { bare, type Spelling, sizeOf } from './spelling.js';

/** A struct, a class or a union, which members have. */
export interface Aggregate extends Entry {
  tag: typeof tags.structure | typeof tags.class | typeof tags.union;
}

export const isAggregate = (entry: Entry | undefined): entry is Aggregate =>
  entry?.tag === tags.structure || entry?.tag === tags.class || entry?.tag === tags.union;

/** A member of which each object has its own; the pointer to virtual functions is one without a name in the source. */
const isOwn = (child: Entry): boolean => child.tag === tags.member && !isStatic(child);

/** One of which there is one for all objects. */
export const isStatic = (member: Entry): boolean =>
  (member.tag === tags.member || member.tag === tags.variable) &&
  (member.flag(attributes.external) || member.flag(attributes.declaration));

/** A base whose place is the same in every object; that of a virtual one isn't. */
const isBase = (child: Entry): boolean =>
  child.tag === tags.inheritance && !child.flag(attributes.virtuality);

/** The bases and the members in order, with those of a nameless struct or union in its place. */
export function readMembers(aggregate: Entry, info: DebugInfo, spelling: Spelling, base = 0): AbiMember[] {
  return aggregate.children
    .filter((child) => (isOwn(child) && !child.flag(attributes.artificial)) || isBase(child))
    .flatMap((member) => {
      const type = member.type();
      const offset = base + Number(member.number(attributes.memberLocation) ?? 0n);
      const name = isBase(member) ? `base ${spelling.text(type)}` : member.text(attributes.name);
      if (name === undefined && isAggregate(type)) return readMembers(type, info, spelling, offset);
      const bits = bitField(member, offset, base, info);
      return {
        name: name ?? '',
        offset: bits ? Math.floor(bits[0] / 8) : offset,
        size: sizeOf(type, info),
        ...(bits ? { bits } : {}),
        type: spelling.type(type),
      };
    });
}

/** DWARF 4 has two ways to place a bit-field, and gcc still writes the older one. */
function bitField(
  member: Entry,
  offset: number,
  base: number,
  info: DebugInfo,
): [number, number] | undefined {
  const bitSize = member.number(attributes.bitSize);
  if (bitSize === undefined) return undefined;
  const width = Number(bitSize);
  const direct = member.number(attributes.dataBitOffset);
  if (direct !== undefined) return [base * 8 + Number(direct), width];
  const fromTop = Number(member.number(attributes.bitOffset) ?? 0n);
  const storage = 8 * Number(member.number(attributes.byteSize) ?? BigInt(sizeOf(member.type(), info)));
  return [offset * 8 + (info.littleEndian ? storage - fromTop - width : fromTop), width];
}

/**
 * DWARF gives an alignment only where `_Alignas` does, so it is computed: the natural one, or the largest
 * power of two that the members' places still allow in a packed struct.
 */
export function alignmentOf(entry: Entry | undefined, info: DebugInfo): number {
  const declared = entry?.number(attributes.alignment);
  if (declared !== undefined) return Number(declared);
  const target = bare(entry);
  if (!target) return 1;
  if (target !== entry) return alignmentOf(target, info);
  if (target.tag === tags.array) return alignmentOf(target.type(), info);
  if (target.tag === tags.memberPointer) return info.pointerSize;
  if (!isAggregate(target)) return Math.max(1, sizeOf(target, info));
  const members = target.children
    .filter((child) => (isOwn(child) || isBase(child)) && child.number(attributes.bitSize) === undefined)
    .map((child) => ({
      offset: Number(child.number(attributes.memberLocation) ?? 0n),
      alignment: Math.max(Number(child.number(attributes.alignment) ?? 0n), alignmentOf(child.type(), info)),
    }));
  const fields = target.children.filter((child) => child.number(attributes.bitSize) !== undefined);
  const units = fields.map((field) => alignmentOf(field.type(), info));
  const size = Number(target.number(attributes.byteSize) ?? 0n);
  let alignment = Math.max(1, ...members.map((member) => member.alignment), ...units);
  const fits = () =>
    size % alignment === 0 &&
    members.every((member) => member.offset % Math.min(alignment, member.alignment) === 0);
  while (alignment > 1 && !fits()) alignment /= 2;
  return alignment;
}
