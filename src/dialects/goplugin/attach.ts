/** Attaches to a program that somebody else started: a debugger, another host, another machine. */
import { connect } from 'node:net';
import { integer, type Rules, table, text, yesOrNo } from '../../config/rules.js';
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { type Address, addressText, isLocal, parseAddress, parseTarget } from './address.js';
import type { Exit } from './exit.js';
import type { LogLine } from './log.js';
import { callRules, checkOptions } from './options.js';
import type { Program } from './program.js';
import { ownsSocket } from './socket-owner.js';
import { startTime } from './start-time.js';
import { loadTransport } from './transport/load.js';
import type { Tls } from './transport/transport.js';

export interface AttachOptions {
  /** `unix:/path` or `HOST:PORT`. On another machine only with `tls`. */
  address: string;
  /** The version of its protocol. Default 1. */
  version?: number;
  /** Its process, when it is on this machine: then its end is heard of. */
  pid?: number;
  /** PEM: the host's own certificate and key, the one that it trusts, and the name in that, by default `localhost`. */
  tls?: Tls;
  /** Whether `stop` ends it. Default false. */
  owned?: boolean;
  /** Milliseconds until it must have answered. Default 5,000. */
  startMs?: number;
  /** As for `launch`. */
  callMs?: number;
  maxMessageBytes?: number;
  metadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Hears what it prints, which nobody else does then. Default: nobody does, and it isn't asked for. */
  log?(line: LogLine): void;
}

const rules: Rules = {
  address: text,
  version: integer(0, 2 ** 31 - 1),
  pid: integer(1, 2 ** 31 - 1),
  tls: table,
  owned: yesOrNo,
  ...callRules,
};

/** How often it is looked for, in milliseconds: nobody tells of the end of a process that isn't one's own. */
const lookMs = 250;

/** @throws MortiseError MORTISE_ERR_REATTACH when nothing there answers */
export async function attach(options: AttachOptions): Promise<Program> {
  checkOptions(options, rules, ['address'], 'attach');
  const { address: place, version = 1, pid, tls, owned = false, startMs = 5000, log } = options;
  const { callMs = 30_000, maxMessageBytes = 64 * 1024 * 1024, metadata } = options;
  const address = parseTarget(place);
  if (!address || (!tls && !isLocal(address))) {
    throw refused(place, {
      message: address ? 'it is on another machine, and there is no `tls`' : 'it is not an address',
      expected: 'unix:/path, or HOST:PORT, with tls when it is another machine’s',
      found: shown(place),
    });
  }
  const started = pid === undefined ? undefined : await startTime(pid);
  if (pid !== undefined && started === undefined && process.platform !== 'win32') {
    throw refused(place, {
      message: `no process has its pid ${pid}`,
      expected: 'a running process',
      found: 'none',
    });
  }
  const absent = await knock(address, startMs);
  if (absent !== undefined) {
    throw refused(place, {
      message: `nothing listens there: ${absent}`,
      expected: 'a go-plugin program',
      found: absent,
    });
  }
  const transport = await loadTransport();
  const { Program } = await import('./program.js');
  const channel = transport.connect(address, tls, { maxMessageBytes });
  const ending = watch(pid, started);
  const program = new Program({
    ...{ subject: place, pid, version, transport, channel, tls, callMs, maxMessageBytes, metadata },
    exited: ending.exited,
    expectEnd: ending.expect,
    mayEnd: owned,
    release: ending.stop,
    ...(owned && { kill: () => void killOwner(address, pid, started) }),
  });
  try {
    await program.health({ timeoutMs: startMs, waitForReady: true });
  } catch (cause) {
    ending.stop();
    channel.close();
    const why = cause instanceof MortiseError ? (cause.problems[0]?.message ?? cause.message) : String(cause);
    const problem = {
      message: `what listens there is not a program that is well: ${why}`,
      expected: 'a go-plugin program',
      found: (cause instanceof MortiseError && cause.problems[0]?.found) || 'something else',
    };
    throw refused(place, problem, cause);
  }
  if (log) (await import('./stdio.js')).readStdio(channel, log);
  return program;
}

/**
 * What Terraform's providers print in debug mode, as options of `attach`:
 * `{"NAME": {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": 1, "Addr": {"Network": "unix", "String": "/tmp/plugin"}}}`.
 * @param name which of several; default the only one
 * @throws MortiseError MORTISE_ERR_REATTACH
 */
export function readReattach(json: string, name?: string): AttachOptions {
  const subject = 'a reattach configuration';
  const wrong = (message: string, found: unknown) =>
    refused(subject, {
      message,
      expected: '{"NAME": {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": 1, "Addr": {…}}}',
      found: shown(found),
    });
  let all: Record<string, unknown>;
  try {
    if (json.length > 64 * 1024) throw new Error(`${json.length} characters`);
    all = JSON.parse(json) as Record<string, unknown>;
  } catch (error) {
    throw wrong('it is not JSON', (error as Error).message);
  }
  const names = Object.keys(all ?? {});
  const key = name ?? (names.length === 1 ? (names[0] as string) : undefined);
  if (key === undefined) throw wrong('it has several programs, and none was named', names);
  if (!names.includes(key)) throw wrong(`it has no ${key}`, names);
  const { Protocol, ProtocolVersion, Pid, Addr } = (all[key] ?? {}) as Record<string, unknown>;
  const { Network, String: place } = (Addr ?? {}) as Record<string, unknown>;
  if (Protocol !== 'grpc') throw wrong('it speaks another protocol than gRPC', Protocol);
  if (!Number.isSafeInteger(ProtocolVersion)) throw wrong('its version is not a number', ProtocolVersion);
  const address = parseAddress(String(Network), String(place));
  if (!address) throw wrong('its address is not one of this machine', Addr);
  const pid = Number.isSafeInteger(Pid) && (Pid as number) > 0 ? (Pid as number) : undefined;
  return { address: addressText(address), version: ProtocolVersion as number, pid };
}

/** Why nobody takes a connection there; the transport would try again until its time is over. */
function knock(address: Address, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address.network === 'unix' ? { path: address.path } : address);
    const finish = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(limitMs, () => finish(`no connection within ${limitMs} ms`));
    socket.once('connect', () => finish(undefined));
    socket.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      if (code === 'ENOENT') finish('there is no such socket');
      else finish(code === 'ECONNREFUSED' ? 'the connection was refused' : code);
    });
  });
}

/** Looks whether a process is still the same one. */
function watch(pid: number | undefined, started: string | undefined) {
  let asked = false;
  let timer: NodeJS.Timeout | undefined;
  const exited = new Promise<Exit>((resolve) => {
    if (pid === undefined || started === undefined) return;
    timer = setInterval(async () => {
      if ((await startTime(pid)) === started) return;
      clearInterval(timer);
      resolve({ asked, lastLines: [] });
    }, lookMs).unref();
  });
  return {
    exited,
    expect: () => {
      asked = true;
    },
    stop: () => clearInterval(timer),
  };
}

/** A pid is given again: only a process that is still the same, and listens where the program did, is ended. */
async function killOwner(address: Address, pid: number | undefined, started: string | undefined) {
  if (pid === undefined || started === undefined || address.network !== 'unix') return;
  if ((await startTime(pid)) === started && (await ownsSocket(pid, address.path))) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
}

function refused(
  subject: string,
  problem: { message: string; expected: string; found: string },
  cause?: unknown,
): MortiseError {
  const remedy =
    'Check that the program runs, and that the address is the one it prints now: each start has another.';
  return new MortiseError({ code: 'MORTISE_ERR_REATTACH', subject, ...problem, remedy }, { cause });
}
