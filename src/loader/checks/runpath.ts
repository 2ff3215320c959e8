/** Does the image have its libraries searched where others can put theirs? */
import { dirname } from 'node:path';
import { look } from '../directories.js';
import type { Check } from '../record.js';
import { warned } from './result.js';

const othersWrite = 0o002;

export const checkRunpath: Check = ({ image, path }, { platform }) => {
  if (image?.format !== 'elf') return [];
  const kind = image.runpath.length > 0 ? 'RUNPATH' : 'RPATH';
  const elements = image.runpath.length > 0 ? image.runpath : image.rpath;
  const doubts = elements.flatMap((element) => {
    const doubt = doubtOf(element, path, platform);
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

function doubtOf(element: string, path: string, platform: NodeJS.Platform): string | undefined {
  const place = element.replace(/^\$(ORIGIN|\{ORIGIN\})/, dirname(path));
  if (!place.startsWith('/') && !place.startsWith('$')) return 'counts from the working directory';
  if (platform !== process.platform || platform === 'win32') return undefined;
  const mode = look(place)?.mode ?? 0;
  return mode & othersWrite ? 'can be written to by everybody' : undefined;
}
