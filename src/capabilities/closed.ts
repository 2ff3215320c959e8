/** What calls of a host throw once it was closed. */
import { MortiseError } from '../errors.js';

/** @param subject what was called */
export function hostClosed(subject?: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_HOST_CLOSED',
    message: 'the host was closed',
    subject,
    expected: 'an open host',
    found: 'a call after close()',
    remedy: 'Open another host, or close this one later.',
  });
}
