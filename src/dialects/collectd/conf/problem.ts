/** What is wrong in a line of a collectd.conf. */
import type { ErrorCode, Problem } from '../../../errors.js';
import { nearest } from '../../../messages/nearest.js';
import type { CollectdItem } from '../../../native/collectd-config.js';

type Said = Pick<Problem, 'message' | 'expected' | 'found' | 'remedy'>;

export function problemAt(item: CollectdItem, code: ErrorCode, said: Said): Problem {
  return { code, subject: item.file, where: `line ${item.line} of ${item.file}`, ...said };
}

/** As the file may have written them. */
export const written = ({ values }: CollectdItem) =>
  values.length === 0 ? 'nothing' : values.map((value) => JSON.stringify(value)).join(' ');

/**
 * @param place where the option stands, as the end of "is not an option …"
 * @param home where it would stand, if that is known
 */
export function unknownOption(
  item: CollectdItem,
  known: readonly string[],
  place: string,
  home?: string,
): Problem {
  const meant = nearest(item.key, known);
  return problemAt(item, 'MORTISE_ERR_COLLECTD_OPTION', {
    message: `${item.key} is not an option ${place}`,
    expected: known.join(', '),
    found: item.key,
    remedy: home
      ? `Write it into ${home}.`
      : meant
        ? `Did you mean "${meant}"?`
        : 'Remove the line, or write one of the options above.',
  });
}

export function wrongValue(item: CollectdItem, expected: string): Problem {
  return problemAt(item, 'MORTISE_ERR_COLLECTD_OPTION', {
    message: `${item.key} needs ${expected}`,
    expected,
    found: written(item),
    remedy: `Write ${item.key} with ${expected}.`,
  });
}

/** Taken as collectd takes it, and of no effect here. */
export function noEffect(item: CollectdItem, why: string): Problem {
  return problemAt(item, 'MORTISE_WARN_COLLECTD_OPTION', {
    message: `${item.key} has no effect: ${why}`,
    expected: `no ${item.key}`,
    found: written(item),
    remedy: 'Remove the line, or leave it for collectd.',
  });
}
