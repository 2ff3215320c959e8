interface Entry {
  name: string;
  path: string;
  flags: number;
  hwcaps?: string;
}

/** An ld.so.cache as ldconfig lays it out: alone, or behind the older format. */
export function cacheBytes(entries: readonly Entry[], { old, big }: { old: boolean; big: boolean }): Buffer {
  const word = (bytes: Buffer, value: number, at: number) =>
    big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  const levels = [...new Set(entries.flatMap(({ hwcaps }) => hwcaps ?? []))];
  const stringsAt = 48 + entries.length * 24;
  const places = new Map<string, number>();
  let strings = '';
  for (const text of [...entries.flatMap(({ name, path }) => [name, path]), ...levels]) {
    if (places.has(text)) continue;
    places.set(text, stringsAt + strings.length);
    strings += `${text}\0`;
  }

  const front = Buffer.alloc(old ? Math.ceil((16 + entries.length * 12) / 8) * 8 : 0);
  if (old) {
    front.write('ld.so-1.7.0\0', 'latin1');
    word(front, entries.length, 12);
  }
  const body = Buffer.alloc(Math.ceil((stringsAt + strings.length) / 4) * 4);
  body.write('glibc-ld.so.cache1.1', 'latin1');
  word(body, entries.length, 20);
  word(body, strings.length, 24);
  body[28] = big ? 3 : 2;
  word(body, front.length + body.length, 32);
  entries.forEach(({ name, path, flags, hwcaps }, index) => {
    const at = 48 + index * 24;
    word(body, flags, at);
    word(body, places.get(name) as number, at + 4);
    word(body, places.get(path) as number, at + 8);
    if (!hwcaps) return;
    const [low, high] = [levels.indexOf(hwcaps), 0x4000_0000];
    word(body, big ? high : low, at + 16);
    word(body, big ? low : high, at + 20);
  });
  body.write(strings, stringsAt, 'latin1');

  const extension = Buffer.alloc(24 + levels.length * 4);
  word(extension, 0xeaa42174, 0);
  word(extension, 1, 4);
  [1, 0, front.length + body.length + 24, levels.length * 4].forEach((value, index) => {
    word(extension, value, 8 + index * 4);
  });
  levels.forEach((level, index) => {
    word(extension, places.get(level) as number, 24 + index * 4);
  });
  return Buffer.concat([front, body, extension]);
}
