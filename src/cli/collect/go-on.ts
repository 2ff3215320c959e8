/** `mortise collect` until it is stopped, with a configuration that may be read again. */
import type { Config } from '../../config/index.js';
import type { Severity } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { type EndReason, type KeptOpen, keepOpen } from '../keep-open.js';
import { isWell, openCollecting } from './open.js';
import type { Sink } from './sink.js';

export async function goOn(
  cli: Cli,
  options: { config?: string; for?: number; severity: Severity },
  sink: Sink,
): Promise<void> {
  const open = async (config: Config) => {
    const { host, ended } = await openCollecting(cli, config, {
      severity: options.severity,
      start: true,
      sink,
    });
    const close = async () => {
      await host.close();
      await ended;
    };
    return { host, close };
  };
  const finish = async ({ host, close }: KeptOpen, reason: EndReason) => {
    if (reason === 'time' && !isWell(host)) cli.exitCode = 1;
    await close();
  };
  try {
    await keepOpen(cli, options, { open, finish, gone: gone(cli) });
  } finally {
    await sink.end?.();
  }
}

/** Resolves when nobody reads the output any more: `mortise collect | head`. */
async function gone(cli: Cli): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (!cli.out.isClosed) return;
      clearInterval(timer);
      resolve();
    }, 100);
    timer.unref();
  });
}
