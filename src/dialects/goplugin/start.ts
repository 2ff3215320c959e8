/** Starts a program as a plugin of a host, which hears of its life and has its log. */
import type { BindOptions, Validated } from '../../loader/record.js';
import { type Kept, keep } from './keep.js';
import type { ProgramSettings } from './settings.js';

/** @throws MortiseError as `launch` does */
export function start(
  { path, sha256, identity }: Pick<Validated, 'path' | 'sha256' | 'identity'>,
  settings: ProgramSettings,
  { step, loaded, program }: Pick<BindOptions, 'step' | 'loaded' | 'program'>,
): Promise<Kept> {
  loaded();
  step({ name: 'init', entry: 'the handshake' });
  return keep({
    ...settings,
    path,
    sha256: sha256 || undefined, // each start runs what was checked, or nothing
    log: ({ level, message, fields, module }) =>
      program?.log({
        severity: level === 'warn' ? 'warning' : level === 'trace' ? 'debug' : level,
        message: module ? `${module}: ${message}` : message,
        fields,
      }),
    heard: (event) => {
      if (event.kind === 'ready') program?.became('ready');
      else if (event.kind !== 'stopped') {
        const isOver = event.kind === 'quarantined';
        program?.became(isOver ? 'quarantined' : 'crashed');
        program?.tell({
          code: isOver ? 'MORTISE_ERR_QUARANTINED' : 'MORTISE_ERR_PROGRAM_ENDED',
          message: isOver ? event.reason : `${event.reason}; it is started again in ${event.inMs} ms`,
          subject: identity.name,
          expected: 'a running program',
          found: event.reason,
          remedy: 'Read its log.',
        });
      }
    },
  });
}
