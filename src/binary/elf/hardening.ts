/** The protections of an ELF library. */
import type { ByteSource, Image } from '../image.js';
import { checksOf, type Hardening, type Protection, protection, writableCode } from '../protections.js';
import { readDynamic, tags } from './dynamic.js';
import { readHeader } from './header.js';
import { readSegments, segmentTypes } from './segments.js';

/** gABI, "Dynamic Section"; PT_GNU_RELRO from the Linux Standard Base. */
const more = { init: 12, textRelocations: 22, bindNow: 24, initArray: 27, finiArray: 28, flags: 30 };
const gnuRelro = 0x6474e552;
const flag = { textRelocations: 4, bindNow: 8, now1: 1 };
const writableExecutable = 3;

export function elfHardening(source: ByteSource, image: Image): Hardening {
  const header = readHeader(source);
  const segments = readSegments(source, header);
  const values = readDynamic(source, header, segments)?.values ?? new Map<number, number>();
  const flags = values.get(more.flags) ?? 0;
  const isNow =
    values.has(more.bindNow) ||
    (flags & flag.bindNow) !== 0 ||
    ((values.get(tags.flags1) ?? 0) & flag.now1) !== 0;
  const isLazy = !isNow && values.has(tags.pltRelocations);
  const hasRelro = segments.all.some(({ type }) => type === gnuRelro);
  const hasText = values.has(more.textRelocations) || (flags & flag.textRelocations) !== 0;
  const code = segments.all
    .filter(
      ({ type, flags }) => type === segmentTypes.load && (flags & writableExecutable) === writableExecutable,
    )
    .map(({ index }) => `program header ${index}`);
  const word = header.wide ? 8 : 4;
  const count = (tag: number) => Math.floor((values.get(tag) ?? 0) / word);
  return {
    protections: [
      relro(hasRelro, isLazy),
      protection(
        'bind-now',
        !isLazy,
        isNow ? 'yes' : 'no lazy symbols',
        'no: symbols are bound when first called',
      ),
      protection('text-relocations', !hasText, 'none', 'the loader writes into the code'),
      writableCode(code),
      protection('stack', !image.execStack, 'not executable', 'executable'),
      ...checksOf(image),
    ],
    startup: {
      constructors: count(more.initArray),
      destructors: count(more.finiArray),
      init: values.has(more.init),
    },
  };
}

function relro(has: boolean, isLazy: boolean): Protection {
  if (!has) return { id: 'relro', verdict: 'weak', value: 'none' };
  return isLazy
    ? { id: 'relro', verdict: 'weak', value: 'partial' }
    : { id: 'relro', verdict: 'good', value: 'full' };
}
