/** What calls throw once a host was closed, or a plugin stopped. */
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

/** @param plugin its name; what it offers may be kept for longer than it runs */
export function pluginStopped(plugin: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_FUNCTION',
    message: `${plugin} was stopped`,
    subject: plugin,
    expected: 'a plugin that is ready',
    found: 'a call of it after that',
    remedy: 'Take what it offers from host.plugins again, or stop it later.',
  });
}
