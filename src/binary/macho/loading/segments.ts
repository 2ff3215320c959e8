/** Rules of dyld about segments. */
import { hex } from '../../faults.js';
import { type Rule, version } from './subject.js';

/** VM_PROT_READ, and with VM_PROT_EXECUTE. */
const [read, readExecute] = [1, 5];

export const fitSections: Rule = ({ segments }) => {
  const wrong = segments.find(({ room, sections }) => room !== sections);
  return (
    wrong && {
      message: "a segment's size does not fit its sections",
      where: `load command ${wrong.index} (segment ${wrong.name})`,
      expected: `${wrong.sections} bytes of sections`,
      found: `${wrong.room} bytes`,
    }
  );
};

export const haveProtections: Rule = ({ segments, sdk }) => {
  const isNew = sdk >= version(10, 15);
  for (const { name, index, protection } of segments) {
    const only = name === '__TEXT' ? readExecute : name === '__LINKEDIT' ? read : undefined;
    const fits = only === undefined ? (protection & ~7) === 0 : !isNew || protection === only;
    if (fits) continue;
    return {
      message: `its segment ${name} may not be used in that way`,
      where: `load command ${index} (segment ${name})`,
      expected: only === undefined ? 'read, write and execute' : only === read ? 'read' : 'read and execute',
      found: `protection ${hex(protection >>> 0)}`,
    };
  }
  return undefined;
};

export const haveSegments: Rule = ({ segments }) => {
  const missing = ['__TEXT', '__LINKEDIT'].find((name) => !segments.some((segment) => segment.name === name));
  if (missing === undefined) return undefined;
  return {
    message: `it has no segment ${missing}`,
    where: 'load commands',
    expected: missing,
    found: segments.map(({ name }) => name).join(', ') || 'no segments',
  };
};

export const lieApart: Rule = ({ segments }) => {
  let free = 0;
  let before = '';
  for (const { name, index, offset, bytes } of [...segments].sort((a, b) => a.offset - b.offset)) {
    if (bytes === 0) continue;
    if (offset < free) {
      return {
        message: `two segments share bytes of the file: ${before} and ${name}`,
        where: `load command ${index} (segment ${name})`,
        expected: `an offset from ${hex(free)}`,
        found: hex(offset),
      };
    }
    free = offset + bytes;
    before = name;
  }
  return undefined;
};

export const lieInOrder: Rule = ({ segments, sdk }) => {
  if (sdk < version(10, 15)) return undefined;
  let [address, offset] = [0, 0];
  for (const segment of segments) {
    // Go puts debug information into one that nobody loads, wherever it lies.
    if (segment.name === '__DWARF') continue;
    if (segment.address < address || (segment.offset !== 0 && segment.offset < offset)) {
      return {
        message: `its segments are not in the order in which they lie: ${segment.name} comes late`,
        where: `load command ${segment.index} (segment ${segment.name})`,
        expected: `an address from ${hex(address)} and an offset from ${hex(offset)}`,
        found: `address ${hex(segment.address)}, offset ${hex(segment.offset)}`,
      };
    }
    [address, offset] = [segment.address, Math.max(offset, segment.offset)];
  }
  return undefined;
};
