/** What `mortise inspect` prints. */
import type { Image, Startup } from '../../binary/index.js';
import type { Identity } from '../../loader/record.js';
import { named } from '../../loader/service-fits.js';
import { clean } from '../../messages/clean.js';
import { tellingCalls } from '../calls.js';
import type { Inspected, InspectedImage } from '../inspected.js';
import { compiler, platform } from './binary.js';
import type { Colours } from './colours.js';
import { bytes, count } from './text.js';

/** How much to print. */
export interface InspectView {
  exports?: boolean;
  imports?: boolean;
  columns?: number;
}

const kinds = { shared: 'shared library', executable: 'executable', object: 'object file', other: 'file' };
const labelWidth = 13;
/** Where a row's text starts. */
const margin = 2 + labelWidth + 1;
/** Mangled names of C++ and Rust can fill a screen; --exports still lists them. */
const maxShown = 40;
const maxLines = 3;

/** A file as a head line and labelled rows; a fat file has them once for each architecture. */
export function renderInspected(
  { path, size, images }: Inspected,
  view: InspectView,
  colours: Colours,
): string {
  const [{ image }] = images;
  const isFat = images.length > 1;
  const what = isFat ? `fat Mach-O, ${images.length} architectures` : describeImage(image);
  const head = `${colours.bold(clean(path))}  ${what} · ${bytes(size)}\n`;
  const parts = images.map((inspected) => {
    const title = isFat ? `\n${colours.bold(describeImage(inspected.image))}\n` : '';
    return title + renderImage(inspected, view, colours);
  });
  return head + parts.join('');
}

function describeImage(image: Image): string {
  return `${platform(image.format, image.arch)} ${kinds[image.kind]}`;
}

function renderImage(
  { image, dialect, info, startup }: InspectedImage,
  view: InspectView,
  colours: Colours,
): string {
  const rows: [string, string | undefined | false][] = [
    ['identity', identity(dialect, info)],
    [
      'requires',
      info?.requires.map((need) => `${named(need)}${need.optional ? ' (optional)' : ''}`).join(', '),
    ],
    ['provides', info?.provides.map(named).join(', ')],
    ['name', image.soname],
    ['build id', image.buildId],
    ['compiler', compiler(image.producers) ?? image.producers[0]],
    [
      'system',
      image.minimumOs && `${image.os === 'darwin' ? 'macOS' : image.os} ${image.minimumOs} or newer`,
    ],
    ['C library', libc(image)],
    ['stack', image.execStack && 'executable, which newer C libraries refuse'],
    ['at load', atLoad(startup, image)],
    ['calls', wrap(tellingCalls(image.imports), view).join('\n')],
    ['rpath', image.rpath.join(', ')],
    ['runpath', image.runpath.join(', ')],
    ['dependencies', wrap(image.dependencies, view).join('\n') || 'none'],
    ['exports', names(image.exports, view.exports, '--exports', view)],
    ['imports', names(image.imports, view.imports, '--imports', view)],
  ];
  return rows
    .filter((row): row is [string, string] => Boolean(row[1]))
    .map(([label, text]) => {
      const lines = text.split('\n').map(clean);
      return `  ${colours.dim(label.padEnd(labelWidth))} ${lines.join(`\n${' '.repeat(margin)}`)}\n`;
    })
    .join('');
}

function identity(dialect: string | null, info: Identity | null): string {
  if (!dialect) return 'none: no dialect knows this file';
  if (!info) return `a ${dialect} plugin, but its identity cannot be read; mortise verify says why`;
  const known = (text: string) => text !== 'unknown' && text;
  const name = [info.name, known(info.version)].filter(Boolean).join(' ');
  const parser = info.parser && `parser ${info.parser}`;
  return [name, `${dialect} ABI ${info.abi}`, known(info.toolchain), parser].filter(Boolean).join(', ');
}

/** What runs before anybody calls the library: most compilers add a constructor and a DT_INIT of their own. */
function atLoad({ constructors, destructors, init }: Startup, { format }: Image): string | undefined {
  const parts = [
    constructors > 0 && count(constructors, 'constructor'),
    destructors > 0 && count(destructors, 'destructor'),
    init && (format === 'pe' ? 'an entry point' : 'DT_INIT'),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** "glibc, needs GLIBC 2.34, GCC 4.2.0". */
function libc({ libc: name, newestVersions }: Image): string {
  const newest = Object.entries(newestVersions).map(([family, version]) => `${family} ${version}`);
  return newest.length > 0 ? `${name}, needs ${newest.join(', ')}` : name;
}

/** A number, and as many names as fit; or the number and every name in a line of its own. */
function names(
  all: readonly string[],
  isListed: boolean | undefined,
  option: string,
  view: InspectView,
): string {
  const number = count(all.length, 'name');
  if (all.length === 0) return 'none';
  if (isListed) return [number, ...all].join('\n');
  const short = all.filter((name) => name.length <= maxShown);
  const lines = wrap(short, view);
  const isComplete = lines.length <= maxLines && short.length === all.length;
  return [number, ...lines.slice(0, maxLines), ...(isComplete ? [] : [`… (${option} lists all)`])].join('\n');
}

/** Words with commas between, in lines of the terminal's width. */
function wrap(words: readonly string[], { columns = 100 }: InspectView): string[] {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const text = index < words.length - 1 ? `${word},` : word;
    const last = lines.at(-1);
    const fits = last !== undefined && margin + last.length + 1 + text.length <= columns;
    if (fits) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines;
}
