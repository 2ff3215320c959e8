/** What a program prints after its handshake comes over gRPC: read at once and for ever, or the program stands still. */
import { Lines } from './lines.js';
import { type LogLine, parseLogLine } from './log.js';
import { methodOf } from './messages.js';
import type { Channel } from './transport/transport.js';
import { GRPCStdio, type StdioData, StdioData_Channel } from './wire/stdio_pb.js';

export function readStdio(channel: Channel, log: (line: LogLine) => void): void {
  const stdout = new Lines((line, cut) => log(parseLogLine(line, 'stdout', 'info', cut)));
  const stderr = new Lines((line, cut) => log(parseLogLine(line, 'stderr', 'info', cut)));
  void (async () => {
    try {
      const call = channel.stream(methodOf(GRPCStdio.method.streamStdio), {});
      await call.send({});
      call.finish();
      for await (const message of call.responses) {
        const { channel: from, data } = message as StdioData;
        (from === StdioData_Channel.STDERR ? stderr : stdout).push(Buffer.from(data));
      }
    } catch {
      // It has ended, or it has no such service, and then its pipes are read.
    }
    stdout.end();
    stderr.end();
  })();
}
