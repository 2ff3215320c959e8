/** What happens in a host, for whoever subscribes to node:diagnostics_channel. Costs next to nothing where nobody does. */
import { channel } from 'node:diagnostics_channel';

const channels = {
  state: channel('mortise.state'),
  problem: channel('mortise.problem'),
  host: channel('mortise.host'),
};

/** @param message as messages.ts has it for that channel */
export function publish(name: keyof typeof channels, message: object): void {
  if (channels[name].hasSubscribers) channels[name].publish(message);
}
