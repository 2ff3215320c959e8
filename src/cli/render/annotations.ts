/** What `mortise verify --annotate github` prints: workflow commands, which GitHub shows beside a change. */
import { normalize, sep } from 'node:path';
import type { Problem } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import type { FileReport } from '../../verify/file.js';

/** A line for each check that failed or warned. @param isStrict whether warnings fail */
export function annotations({ path, checks }: FileReport, isStrict = false): string {
  return checks
    .map(({ id, status, code, message, remedy }) => {
      if (status !== 'fail' && status !== 'warn') return '';
      const level = status === 'fail' || isStrict ? 'error' : 'warning';
      return command(
        level,
        { file: normalize(path).replaceAll(sep, '/'), title: code ?? id },
        remedy ? `${message}. ${remedy}` : message,
      );
    })
    .join('');
}

/** The same of what is wrong with no file. */
export function annotation({ code, message, remedy }: Problem): string {
  return command('error', { title: code }, remedy ? `${message}. ${remedy}` : message);
}

function command(level: string, properties: Readonly<Record<string, string>>, message: string): string {
  const all = Object.entries(properties).map(([name, value]) => `${name}=${escaped(clean(value), /[%:,]/g)}`);
  return `::${level} ${all.join(',')}::${escaped(clean(message), /%/g)}\n`;
}

/** As its runner reads them back. */
const escaped = (text: string, those: RegExp): string =>
  text.replace(those, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
