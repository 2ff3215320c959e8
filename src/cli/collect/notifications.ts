/** Notifications as lines on stderr, as what plugins log. */
import type { Notification } from '../../capabilities/collecting/notification.js';
import type { Host } from '../../host/host.js';
import { type LogLine, type Severity, severities } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';

const severityOf = { failure: 'error', warning: 'warning', okay: 'info' } as const;

/** @param severity the least severe lines to show */
export function tellNotifications(
  cli: Cli,
  host: Host,
  { severity, onLog }: { severity: Severity; onLog?: (line: LogLine) => void },
): void {
  host.collecting.onNotification((notification) => {
    const line = lineOf(notification);
    if (severities.indexOf(line.severity) < severities.indexOf(severity)) return;
    void cli.log.line(line);
    onLog?.(line);
  });
}

function lineOf({ severity, message, time, ...about }: Notification): LogLine {
  const { host, plugin, pluginInstance, type, typeInstance } = about;
  const parts = [host, joined(plugin, pluginInstance), joined(type, typeInstance)].filter(Boolean);
  return {
    time,
    plugin: parts.join('/') || 'notification',
    severity: severityOf[severity],
    message,
  };
}

const joined = (name: string, instance: string) => [name, instance].filter(Boolean).join('-');
