/** Was the plugin built with a sanitizer whose runtime must be in the process first? It would end the host as it is loaded. */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

/** By what each build imports: only these insist on coming first. */
const sanitizers: Readonly<Record<string, { name: string; runtime: string }>> = {
  __asan_init: { name: 'AddressSanitizer', runtime: 'libasan.so' },
  __tsan_init: { name: 'ThreadSanitizer', runtime: 'libtsan.so' },
  __hwasan_init: { name: 'HWAddressSanitizer', runtime: 'libhwasan.so' },
  __msan_init: { name: 'MemorySanitizer', runtime: 'libmsan.so' },
};

export const checkSanitizer: Check = ({ image, path }, host) => {
  const symbol = Object.keys(sanitizers).find((name) => image?.imports.includes(name));
  const built = symbol === undefined ? undefined : sanitizers[symbol];
  if (symbol === undefined || !built) return [];
  const by = host.exporter(symbol);
  if (by !== undefined) return [ok('sanitizer', `${built.name}, which is loaded`)];
  return [
    failed('sanitizer', {
      code: 'MORTISE_ERR_SANITIZER',
      message: `it was built with ${built.name}, which ends a process that it is loaded into late`,
      subject: path,
      where: symbol,
      expected: `${built.name}'s runtime in the process from its start`,
      found: 'none',
      remedy: `Ship a build without it. To test with it: LD_PRELOAD=$(cc -print-file-name=${built.runtime}) node …`,
    }),
  ];
};
