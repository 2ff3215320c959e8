/** Values of options, as collectd understands them: it keeps global ones as text, so that `"10"` is as good as `10`. */
import type { CollectdItem } from '../../../native/collectd-config.js';

const only = ({ values }: CollectdItem) => (values.length === 1 ? values[0] : undefined);

export function textOf(item: CollectdItem): string | undefined {
  const value = only(item);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(item: CollectdItem): number | undefined {
  const value = only(item);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function booleanOf(item: CollectdItem): boolean | undefined {
  const value = only(item);
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : undefined;
  if (/^(true|yes|on)$/i.test(value)) return true;
  return /^(false|no|off)$/i.test(value) ? false : undefined;
}

/** More than 0. */
export function secondsOf(item: CollectdItem): number | undefined {
  const number = numberOf(item);
  return number !== undefined && number > 0 ? number : undefined;
}
