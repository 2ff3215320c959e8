/** Waits for a program's handshake, and says what came instead. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type Exit, exitReason, exitText } from './exit.js';
import { type Handshake, looksLikeHandshake, maxHandshakeBytes, parseHandshake } from './handshake.js';
import { type LogLine, parseLogLine } from './log.js';
import type { ProgramProcess } from './process.js';

export interface HandshakeOptions {
  path: string;
  /** For messages: what it was told. */
  cookie: Readonly<Record<string, string>>;
  versions: readonly number[];
  startMs: number;
  /** How many lines before the handshake may be something else. */
  noiseLines: number;
  log(line: LogLine): void;
}

/** A program that closes its output is mostly about to end, and then its exit says more. */
const endsSoonMs = 500;

/** @throws MortiseError MORTISE_ERR_PROGRAM_EXITED, _HANDSHAKE_TIMEOUT, and those of `parseHandshake` */
export function readHandshake(
  process: ProgramProcess,
  { path, cookie, versions, startMs, noiseLines, log }: HandshakeOptions,
): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    let noise = 0;
    let done = false;
    const timers: NodeJS.Timeout[] = [];
    const finish = (settle: () => void) => {
      if (done) return;
      done = true;
      for (const timer of timers) clearTimeout(timer);
      settle();
    };
    const refuse = (error: MortiseError) => finish(() => reject(error));

    process.onFirstLines(
      (line, cut) => {
        if (noise < noiseLines && !looksLikeHandshake(line)) {
          noise += 1;
          log(parseLogLine(line, 'stdout', 'info', cut));
          return false;
        }
        try {
          if (cut || line.length > maxHandshakeBytes) throw endless(path, line);
          const handshake = parseHandshake(line, versions, path);
          finish(() => resolve(handshake));
        } catch (error) {
          refuse(error as MortiseError);
        }
        return true;
      },
      () => timers.push(setTimeout(() => refuse(closed(path)), endsSoonMs)),
    );
    timers.push(setTimeout(() => refuse(late(path, startMs, process.rest)), startMs));
    process.exited.then((exit) => {
      refuse(ended(exit, path, cookie));
    });
  });
}

/** What go-plugin prints, on three lines, when the cookie is not its own. */
const refusesCookie = 'These are not meant to be executed directly';

function ended(exit: Exit, path: string, cookie: HandshakeOptions['cookie']): MortiseError {
  const common = {
    code: 'MORTISE_ERR_PROGRAM_EXITED' as const,
    subject: path,
    ...(exit.lastLines.length > 0 && { where: `stderr: ${exit.lastLines.slice(-5).join(' / ')}` }),
    found: `it ${exitText(exit)}`,
  };
  if (exit.lastLines.some((line) => line.includes(refusesCookie))) {
    const names = Object.keys(cookie).join(', ');
    return new MortiseError({
      ...common,
      message: `it refuses the cookie ${names}`,
      expected: 'the variable and the value that stand in the program’s source',
      remedy: 'Correct `cookie`: look for MagicCookieKey and MagicCookieValue in its source.',
    });
  }
  const reason = exitReason(exit);
  return new MortiseError({
    ...common,
    message: `it ${exitText(exit)} before its handshake${reason ? `: ${reason}` : ''}`,
    expected: 'a handshake on its standard output',
    remedy:
      'Read what it wrote to stderr. A wrong `cookie`, or TLS that it demands and wasn’t asked for with `tls: true`, is the usual cause.',
  });
}

function late(path: string, startMs: number, rest: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_HANDSHAKE_TIMEOUT',
    message: `it did not print its handshake within ${startMs} ms`,
    subject: path,
    expected: '1|VERSION|unix or tcp|ADDRESS|grpc, and an end of line',
    found: rest === '' ? 'nothing' : `a line without its end: ${shown(rest)}`,
    remedy: 'Check that it is a go-plugin program and gets its cookie, or raise `startMs`.',
  });
}

function closed(path: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_HANDSHAKE',
    message: 'it closed its standard output without a handshake, and runs on',
    subject: path,
    expected: '1|VERSION|unix or tcp|ADDRESS|grpc',
    found: 'the end of its output',
    remedy: 'Check that it is a go-plugin program, and that it doesn’t send itself to the background.',
  });
}

function endless(path: string, line: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_HANDSHAKE',
    message: `the first line that it printed is longer than ${maxHandshakeBytes} bytes`,
    subject: path,
    expected: '1|VERSION|unix or tcp|ADDRESS|grpc',
    found: shown(line),
    remedy: 'Check that it is a go-plugin program.',
  });
}
