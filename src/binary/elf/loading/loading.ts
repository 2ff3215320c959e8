/** What the system's loader would come upon in an ELF file. */
import { MortiseError, type Problem } from '../../../errors.js';
import { malformed } from '../../faults.js';
import type { ByteSource, Loading } from '../../image.js';
import { type Dynamic, tags } from '../dynamic.js';
import { fileTypes, type Header } from '../header.js';
import { type Segments, segmentTypes } from '../segments.js';
import { type Elf, tableAt } from './elf.js';
import { callLists } from './entry-points.js';
import { checkHash } from './hash.js';
import { checkHeader } from './header.js';
import { lostSymbols } from './lost.js';
import { machineOf } from './machines.js';
import { Pages } from './pages.js';
import { checkPacked, checkRelocations, type Relocated } from './relocations.js';
import { checkSegments, endsInFirst, largestPage } from './segments.js';
import { checkTables, packedRelocations } from './tables.js';
import { checkVersions } from './versions.js';

/** DT_FLAGS and DT_FLAGS_1. */
const flags = { textRelocations: 4 };
const flags1 = { noOpen: 0x40 };
/** What is mapped at least, on every processor that Node.js runs on. */
const pageSize = 4096;

/**
 * @param symbolCount Undefined when the symbols are not looked at: then nothing is followed either.
 * @returns with, for each symbol, whether a search for its name finds it; undefined where nobody looked
 */
export function readLoading(
  source: ByteSource,
  header: Header,
  segments: Segments,
  dynamic: Dynamic | undefined,
  symbolCount: number | undefined,
): { loading: Loading; findable?: Uint8Array } {
  const values = dynamic?.values;
  const textRelocations =
    values !== undefined &&
    (values.has(tags.textRelocations) || ((values.get(tags.flags) ?? 0) & flags.textRelocations) !== 0);
  const flag1 = values?.get(tags.flags1) ?? 0;
  const tls = segments.all.findLast(({ type }) => type === segmentTypes.tls);
  const loads = segments.all.filter(({ type }) => type === segmentTypes.load);
  const pages = new Pages(loads, pageSize, textRelocations);
  const loading: Loading = {
    noOpen: (flag1 & flags1.noOpen) !== 0,
    packed: values?.has(tags.relr) ?? false,
    page: largestPage(segments.all),
  };
  // Linked for smaller pages, so that in ours its segments lie over each other, and that is what is wrong.
  const aligned = loads.reduce((most, { align }) => Math.max(most, align), 0);
  if (aligned > 1 && aligned < pageSize && endsInFirst(loads, pageSize)) loading.page = aligned;
  // In pages of another size all of it would lie elsewhere.
  if (symbolCount === undefined || loading.page < pageSize) return { loading };
  let findable: Uint8Array | undefined;
  loading.fault = faultOf(() => {
    checkHeader(source, header);
    checkSegments(source, header, segments, pages);
    if (!dynamic) {
      if (header.type !== fileTypes.shared) return;
      throw malformed(source, 'program headers', 'there is no dynamic section', {
        expected: 'a PT_DYNAMIC',
        found: 'none',
      });
    }
    const elf: Elf = { source, header, segments, dynamic, symbolCount, pages, followed: [] };
    const { staticTls, lost } = follow(elf, (one) => {
      findable = one;
    });
    if (lost.size > 0) loading.lost = lostSymbols(elf, lost);
    if (staticTls) {
      const { memorySize = 0, align = 1, address = 0 } = tls ?? {};
      loading.staticTls = { size: memorySize + (address % align), align };
    }
  });
  return { loading, findable };
}

function follow(elf: Elf, onFindable: (findable: Uint8Array) => void): Relocated {
  const machine = machineOf(elf.header.machine, elf.header.wide);
  if (!machine) return { staticTls: false, lost: new Set() };
  const dynamic = elf.segments.all.find(({ type }) => type === segmentTypes.dynamic);
  if (dynamic) tableAt(elf, 'the dynamic section', dynamic.address, dynamic.memorySize);
  const runs = checkTables(elf, machine);
  const findable = checkHash(elf);
  onFindable(findable);
  const versions = checkVersions(elf);
  const calls = callLists(elf);
  const packed = packedRelocations(elf);
  if (packed) checkPacked(elf, packed, calls);
  const found = checkRelocations(elf, machine, { runs, calls, findable, versions });
  for (const list of calls) list.check();
  return found;
}

function faultOf(check: () => void): Problem | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    return error.problems[0];
  }
}
