/** Compares what a page shows with what came out. */

/** What differs from run to run and from machine to machine, made the same. */
function plain(text: string): string {
  return (
    text
      .replace(/\d+(\.\d+)? (ns|µs|ms|s)\b/g, 'TIME')
      .replace(/\d+(\.\d+)? (B|kB|MB)\b/g, 'SIZE')
      .replace(/(sha256"?:? "?)[0-9a-f]+/g, '$1HASH')
      .replace(/\b0x[0-9a-f]+/g, 'ADDRESS')
      // Of programs and of the C library; not those of services.
      .replace(/\b(gcc|GCC|rustc|Rust|clang|needs|, host) \d+(\.\d+)+\b/g, '$1 V')
      .replace(/\b0[0-7]{3}\b/g, 'MODE')
      .replace(/[ \t]+/g, ' ')
      .replace(/ ?$/gm, '')
      .trim()
  );
}

/** Undefined when `shown` matches, `…` in it standing for anything; else both, ready to be compared. */
export function mismatch(shown: string, real: string): { shown: string; real: string } | undefined {
  const [wanted, found] = [plain(shown), plain(real)];
  const pattern = wanted.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[\\s\\S]*')}$`).test(found)
    ? undefined
    : { shown: wanted, real: found };
}
