/** What a person should hear of. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon, type NativeNotification } from '../../native/collecting.js';
import type { Metadata } from './sample.js';

const severities = { failure: 1, warning: 2, okay: 4 } as const;

export interface Notification {
  severity: 'failure' | 'warning' | 'okay';
  message: string;
  time: Date;
  /** What it is about; empty where it isn't said. */
  host: string;
  plugin: string;
  pluginInstance: string;
  type: string;
  typeInstance: string;
  metadata: Metadata;
}

/** A notification from TypeScript: severity and message are needed. Default time: now. */
export type GivenNotification = Pick<Notification, 'severity' | 'message'> & Partial<Notification>;

export function notificationOf({ severity, time, ...words }: NativeNotification): Notification {
  const known = Object.entries(severities).find(([, number]) => number === severity);
  return { ...words, severity: (known?.[0] ?? 'failure') as Notification['severity'], time: new Date(time) };
}

// They would reach terminals and other people's files. A message may have several lines.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const control = /[\x00-\x1f\x7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is for
const controlButLines = /[\x00-\x08\x0b-\x1f\x7f]/;

const texts = ['message', 'host', 'plugin', 'pluginInstance', 'type', 'typeInstance'] as const;

/** @throws MortiseError MORTISE_ERR_COLLECT_REPORT */
export function notify(native: NativeHost, given: GivenNotification): void {
  const { severity, time, ...words } = given;
  if (!Object.hasOwn(severities, severity))
    throw refusal('severity', Object.keys(severities).join(', '), shown(severity));
  for (const key of texts) {
    const value: unknown = words[key];
    const pattern = key === 'message' ? controlButLines : control;
    if (typeof value === 'string' ? pattern.test(value) : value !== undefined || key === 'message')
      throw refusal(key, 'a string without control characters', shown(value));
  }
  if (time !== undefined && !(time instanceof Date && time.getTime() >= 0))
    throw refusal('time', 'a date', shown(time));
  const status = collectAddon().notify(native, {
    ...words,
    severity: severities[severity],
    time: time?.getTime() ?? 0,
  });
  if (status === refusedMetadata)
    throw refusal('metadata', 'at most 256 strings, numbers and booleans', shown(given.metadata));
}

const refusedMetadata = -103;

function refusal(where: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_COLLECT_REPORT',
    message: `${where} must be ${expected}`,
    subject: 'a notification',
    where,
    expected,
    found,
    remedy: 'See docs/collecting.md for what a notification holds.',
  });
}
