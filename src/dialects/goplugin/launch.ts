/** Starts a go-plugin program. */
import { resolve } from 'node:path';
import { MortiseError } from '../../errors.js';
import { makeCertificate, readCertificate } from './certificate.js';
import { environmentFor } from './environment.js';
import { checkExecutable } from './executable.js';
import { type LaunchOptions, settledOptions } from './options.js';
import { ProgramProcess } from './process.js';
import type { Program } from './program.js';
import { readHandshake } from './read-handshake.js';
import { makeSocketDirectory, type SocketDirectory } from './socket-directory.js';
import { startTime } from './start-time.js';
import { sweep } from './sweep.js';
import { loadTransport } from './transport/load.js';

/**
 * Starts a program, and waits until it is healthy. It ends with this process.
 *
 * @throws MortiseError when the file is not a program for this machine (MORTISE_ERR_FILE_*, _PROGRAM_FILE, _ARCH_MISMATCH,
 * _DEPENDENCY_MISSING…), when it does not start or shake hands (_PROGRAM_EXITED, _HANDSHAKE*, _PROTOCOL*), or when a
 * package is not installed (_PEER_MISSING); nothing of it runs any more then
 */
export async function launch(given: LaunchOptions): Promise<Program> {
  const options = settledOptions(given, 'launch');
  const path = resolve(options.path);
  await checkExecutable(path, options.sha256);
  const transport = await loadTransport();
  const { readStdio } = await import('./stdio.js');
  const { Program } = await import('./program.js');

  const own = options.tls ? makeCertificate() : undefined;
  const directory = makeSocketDirectory(options.socketDirectory);
  let process: ProgramProcess | undefined;
  let record: Promise<void> | undefined;
  try {
    await claim(directory);
    process = await ProgramProcess.start({
      path,
      args: options.args,
      cwd: options.cwd,
      env: environmentFor({ ...options, socketDirectory: directory.path, certificate: own?.certificate }),
      log: options.log,
    });
    process.onHostExit = directory.remove;
    record = claim(directory, process.pid);
    record.catch(() => {}); // it is awaited below
    const startedAt = performance.now();
    const { version, address, certificate } = await readHandshake(process, { ...options, path });
    const tls = own && { ...own, trusted: trustedOf(certificate, path) };
    const limits = { maxMessageBytes: options.maxMessageBytes };
    const channel = transport.connect(address, tls, limits);
    const { exited } = process;
    const started: ProgramProcess = process;
    const program = new Program({
      ...{ subject: path, pid: process.pid, version, transport, channel, exited, tls },
      ...{ callMs: options.callMs, maxMessageBytes: options.maxMessageBytes, metadata: options.metadata },
      directory: globalThis.process.platform === 'win32' ? undefined : directory.path,
      expectEnd: () => started.expectEnd(),
      kill: () => started.kill(),
      mayEnd: true,
    });
    void exited.then(() => directory.remove());
    readStdio(channel, options.log);
    const timeoutMs = Math.max(1, options.startMs - (performance.now() - startedAt));
    await program.health({ timeoutMs, waitForReady: true });
    await record;
    return program;
  } catch (error) {
    process?.kill();
    await process?.exited;
    await record?.catch(() => {});
    directory.remove();
    throw error;
  }
}

let isSwept = false;
let ownStart: Promise<string | undefined> | undefined;

/** Says whose directory it is. The first time, what killed hosts left is swept away, beside the start. */
async function claim(directory: SocketDirectory, pid?: number): Promise<void> {
  ownStart ??= startTime(process.pid);
  const [host, program] = await Promise.all([ownStart, pid === undefined ? undefined : startTime(pid)]);
  if (host === undefined) return; // nobody could tell this process from a later one
  directory.record({
    host: { pid: process.pid, started: host },
    ...(pid !== undefined && program !== undefined && { program: { pid, started: program } }),
  });
  if (isSwept) return;
  isSwept = true;
  void sweep(resolve(directory.path, '..')).catch(() => {});
}

function trustedOf(certificate: Buffer | undefined, path: string): string {
  if (certificate) return readCertificate(certificate, path);
  throw new MortiseError({
    code: 'MORTISE_ERR_HANDSHAKE',
    message: 'it was asked for TLS, and its handshake has no certificate',
    subject: path,
    expected: 'a certificate as the sixth field',
    found: 'none',
    remedy: 'Leave out `tls: true`: the program does not know it. Its socket is private all the same.',
  });
}
