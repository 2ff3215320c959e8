/** Who a plugin of collectd's is: what its file is called. */
import { basename } from 'node:path';
import type { ByteSource, Image } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import type { Identity } from '../../loader/record.js';

const maxName = 63;

/** A plugin's name is that of its file, as LoadPlugin names it: the interface has none, and no version. */
export function identify(source: ByteSource, image: Image): { identity: Identity; problems: Problem[] } {
  return {
    identity: {
      name: nameOf(source.path ?? image.soname ?? ''),
      version: 'unknown',
      abi: '5',
      parser: '',
      toolchain: image.producers.join('; ') || 'unknown',
      exactToolchain: false,
      requires: [],
      provides: [],
    },
    problems: [],
  };
}

function nameOf(path: string): string {
  const plain = basename(path)
    .replace(/\.(so|dylib)$/i, '')
    .replaceAll(/[^\w.-]/g, '_');
  return (/^[a-z]/i.test(plain) ? plain : `collectd_${plain}`).slice(0, maxName);
}
