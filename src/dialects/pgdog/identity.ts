/** Who a plugin of PgDog's is: the texts that its functions answer, read from the file. */
import { basename } from 'node:path';
import type { ByteSource, Image } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import type { Identity, ServiceNeed } from '../../loader/record.js';
import { seriesOf, symbols } from './layout.js';
import { staticText } from './static-text.js';

/** What hands it trees. */
const trees: ServiceNeed = {
  name: 'mortise.sql',
  major: 1,
  minor: 0,
  optional: false,
  symbol: symbols.route,
};

/** What the file doesn't tell is known once it is loaded. */
export const unknown = 'unknown';
const maxName = 63;

/** A plugin's name is that of its file: the interface has none. */
export function identify(source: ByteSource, image: Image): { identity?: Identity; problems: Problem[] } {
  const toolchain = rustcOf(source, image);
  // Of a series that can't run nothing more is needed.
  if (toolchain === undefined && seriesOf(image)?.isSupported && image.format === 'elf') {
    return { problems: [notRust(image)] };
  }
  return {
    identity: {
      name: nameOf(source.path ?? image.soname ?? ''),
      version: staticText(source, image, symbols.version) || unknown,
      abi: '0.1',
      // Every release of its pg_query wraps libpg_query 17; which one, no file tells.
      parser: '17',
      toolchain: toolchain ?? unknown,
      exactToolchain: true,
      needsTrees: true,
      requires: image.exports.includes(symbols.route) ? [trees] : [],
      provides: [],
    },
    problems: [],
  };
}

/** As `rustc --version` prints it. The function's text is what PgDog goes by; the compiler signs the file as well. */
function rustcOf(source: ByteSource, image: Image): string | undefined {
  const said = staticText(source, image, symbols.rustc);
  if (said) return said;
  const signed = image.producers.filter((producer) => producer.startsWith('rustc version '));
  // Several: a library of another compiler is linked in.
  return signed.length === 1 ? signed[0]?.replace('rustc version ', 'rustc ') : undefined;
}

function nameOf(path: string): string {
  const stem = basename(path)
    .replace(/\.(so|dylib|dll)(\.[\d.]+)?$/i, '')
    .replace(/^lib(?=.)/, '');
  const plain = stem.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '_');
  return (/^[a-z]/.test(plain) ? plain : `pgdog_${plain}`).slice(0, maxName);
}

function notRust({ producers }: Image): Problem {
  return {
    code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH',
    message: 'its file does not name the Rust compiler that built it',
    where: symbols.rustc,
    expected: 'one line of rustc in the section .comment',
    found: producers.join('; ') || 'none',
    remedy: 'Build the plugin with cargo, as one library, and do not remove the section .comment.',
  };
}
