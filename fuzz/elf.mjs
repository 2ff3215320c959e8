// Where the tables of a 64-bit little-endian library lie in its file: what the mutations change.

const tagNames = {
  2: 'pltrelsz',
  4: 'hash',
  5: 'strtab',
  6: 'symtab',
  7: 'rela',
  8: 'relasz',
  10: 'strsz',
  23: 'jmprel',
  25: 'initArray',
  26: 'finiArray',
  27: 'initArraySize',
  28: 'finiArraySize',
  35: 'relrsz',
  36: 'relr',
  1879047925: 'gnuHash',
  1879048176: 'versym',
  1879048188: 'verdef',
  1879048190: 'verneed',
}; // prettier-ignore

/** Runs of records: `{ name, offset, entry, count, fields: [[offset, size]…] }`. */
export function tablesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const u16 = (at) => view.getUint16(at, true);
  const u32 = (at) => view.getUint32(at, true);
  const u64 = (at) => Number(view.getBigUint64(at, true));
  const tables = [];
  const add = (name, offset, entry, count, fields) => {
    const fit = Math.min(count, Math.floor((bytes.length - offset) / entry));
    if (offset > 0 && fit > 0) tables.push({ name, offset, entry, count: fit, fields });
  };

  tables.push({ name: 'header', offset: 0, entry: 64, count: 1, fields: headerFields });
  const phoff = u64(32);
  const phnum = u16(56);
  add('segments', phoff, 56, phnum, [
    [0, 4],
    [4, 4],
    [8, 8],
    [16, 8],
    [24, 8],
    [32, 8],
    [40, 8],
    [48, 8],
  ]); // prettier-ignore
  const loads = [];
  let dynamic;
  for (let index = 0; index < phnum; index++) {
    const at = phoff + index * 56;
    const segment = { type: u32(at), offset: u64(at + 8), address: u64(at + 16), size: u64(at + 32) };
    if (segment.type === 1) loads.push(segment);
    if (segment.type === 2) dynamic = segment;
    if (segment.type === 4) add('note', segment.offset, 4, Math.floor(segment.size / 4), [[0, 4]]);
  }
  if (!dynamic) return { tables, addresses: [] };
  const find = (address) => {
    const load = loads.find((one) => address >= one.address && address < one.address + one.size);
    return load ? load.offset + address - load.address : 0;
  };

  const has = {};
  let entries = 0;
  for (let at = dynamic.offset; at + 16 <= bytes.length; at += 16) {
    entries++;
    if (u64(at) === 0) break;
    const name = tagNames[u64(at)];
    if (name) has[name] = u64(at + 8);
  }
  // More than once: it is the heart of the matter, and smaller than the other tables.
  for (let times = 0; times < 4; times++)
    add('dynamic', dynamic.offset, 16, entries, [
      [0, 8],
      [8, 8],
    ]); // prettier-ignore

  const symbols = symbolCount(has, find, u32);
  add('symbols', find(has.symtab ?? 0), 24, symbols, [
    [0, 4],
    [4, 1],
    [5, 1],
    [6, 2],
    [8, 8],
    [16, 8],
  ]); // prettier-ignore
  add('versym', find(has.versym ?? 0), 2, symbols, [[0, 2]]);
  add('verneed', find(has.verneed ?? 0), 4, 16, [
    [0, 2],
    [2, 2],
    [0, 4],
  ]);
  add('verdef', find(has.verdef ?? 0), 4, 16, [
    [0, 2],
    [2, 2],
    [0, 4],
  ]);
  add('hash', find(has.hash ?? 0), 4, symbols + 16, [[0, 4]]);
  add('hash head', find(has.hash ?? 0), 4, 2, [[0, 4]]);
  add('gnu hash', find(has.gnuHash ?? 0), 4, symbols + 16, [[0, 4]]);
  add('gnu hash head', find(has.gnuHash ?? 0), 4, 4, [[0, 4]]);
  const rela = [
    [0, 8],
    [8, 4],
    [12, 4],
    [16, 8],
  ]; // prettier-ignore
  add('rela', find(has.rela ?? 0), 24, Math.floor((has.relasz ?? 0) / 24), rela);
  add('jmprel', find(has.jmprel ?? 0), 24, Math.floor((has.pltrelsz ?? 0) / 24), rela);
  add('relr', find(has.relr ?? 0), 8, Math.floor((has.relrsz ?? 0) / 8), [[0, 8]]);
  add('init array', find(has.initArray ?? 0), 8, Math.floor((has.initArraySize ?? 0) / 8), [[0, 8]]);
  add('fini array', find(has.finiArray ?? 0), 8, Math.floor((has.finiArraySize ?? 0) / 8), [[0, 8]]);
  add('strings', find(has.strtab ?? 0), 1, has.strsz ?? 0, [[0, 1]]);
  const addresses = [
    ...loads.flatMap(({ address, size }) => [address, address + size - 8, address + size]),
    ...Object.values(has),
  ];
  return { tables, addresses };
}

const headerFields = [
  [4, 1],
  [5, 1],
  [6, 1],
  [7, 1],
  [8, 1],
  [9, 1],
  [15, 1],
  [16, 2],
  [18, 2],
  [20, 4],
  [24, 8],
  [32, 8],
  [40, 8],
  [48, 4],
  [52, 2],
  [54, 2],
  [56, 2],
  [58, 2],
  [60, 2],
  [62, 2],
]; // prettier-ignore

function symbolCount({ hash, gnuHash }, find, u32) {
  if (hash && find(hash)) return u32(find(hash) + 4);
  const at = gnuHash ? find(gnuHash) : 0;
  if (!at) return 64;
  const buckets = u32(at);
  const first = u32(at + 4);
  const start = at + 16 + u32(at + 8) * 8;
  let highest = 0;
  for (let index = 0; index < buckets; index++) highest = Math.max(highest, u32(start + index * 4));
  if (highest < first) return first;
  const chains = start + buckets * 4;
  while ((u32(chains + (highest - first) * 4) & 1) === 0) highest++;
  return highest + 1;
}
