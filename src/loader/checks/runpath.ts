/** Does the image have its libraries searched where others can put theirs? */
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { look } from '../directories.js';
import type { Check } from '../record.js';
import { warned } from './result.js';

const groupWrite = 0o020;
const othersWrite = 0o002;

export const checkRunpath: Check = ({ image, path }, { platform, target }) => {
  if (image?.format !== 'elf') return [];
  const kind = image.runpath.length > 0 ? 'RUNPATH' : 'RPATH';
  const elements = image.runpath.length > 0 ? image.runpath : image.rpath;
  const doubts = elements.flatMap((element) => {
    const doubt = doubtOf(element, path, target ? undefined : platform);
    return doubt === undefined ? [] : [`${element === '' ? 'an empty element' : element} ${doubt}`];
  });
  if (doubts.length === 0) return [];
  return [
    warned('runpath', {
      code: 'MORTISE_WARN_RUNPATH',
      message: doubts.join(', '),
      subject: path,
      where: `DT_${kind}`,
      expected: '$ORIGIN, or absolute directories that only their owner can write to',
      found: elements.join(':'),
      remedy: `Link the plugin with -Wl,-rpath,'$ORIGIN', or take the ${kind} out (patchelf --remove-rpath).`,
    }),
  ];
};

/** @param platform whose directories to look at; undefined: none of this machine's */
function doubtOf(element: string, path: string, platform: NodeJS.Platform | undefined): string | undefined {
  const place = element.replace(/^\$(ORIGIN|\{ORIGIN\})/, dirname(path));
  if (!place.startsWith('/') && !place.startsWith('$')) return 'counts from the working directory';
  if (platform !== process.platform || platform === 'win32' || place.startsWith('$')) return undefined;
  const stats = look(place);
  if (stats) return writersOf(stats);
  // Whoever can write to the nearest directory above can make the one that is missing.
  for (let above = dirname(place); ; above = dirname(above)) {
    const stats = look(above);
    const writers = stats && writersOf(stats);
    if (writers) return `does not exist, and ${above} ${writers}`;
    if (stats || above === '/') return undefined;
  }
}

function writersOf({ mode, uid }: Stats): string | undefined {
  const own = process.getuid?.();
  const writers = [
    mode & othersWrite ? 'everybody' : undefined,
    (mode & (groupWrite | othersWrite)) === groupWrite ? 'its group' : undefined,
    own !== undefined && uid !== own && uid !== 0 ? `user ${uid}` : undefined,
  ].filter((writer) => writer !== undefined);
  return writers.length > 0 ? `can be written to by ${writers.join(' and ')}` : undefined;
}
