/** What every host needs: Node.js, a C library, the addon, koffi; and what some need. */
import semver from 'semver';
import { MortiseError } from '../../errors.js';
import type { CheckResult } from '../../loader/record.js';
import { readManifest } from '../package.js';

export function checkNode(): CheckResult[] {
  const { node } = readManifest().engines;
  const message = `Node.js ${process.versions.node}, ${process.platform} ${process.arch}`;
  if (semver.satisfies(process.versions.node, node)) return [{ id: 'node', status: 'ok', message }];
  return [
    { id: 'node', status: 'fail', message, remedy: `Install Node.js ${node}, from https://nodejs.org.` },
  ];
}

export async function checkAddon(): Promise<CheckResult[]> {
  try {
    const { addon } = await import('../../native/addon.js');
    addon();
    return [{ id: 'addon', status: 'ok', message: 'the native part of mortise loads' }];
  } catch (error) {
    return [failure('addon', error, 'Run npm run build in a clone, or install mortise again.')];
  }
}

export async function checkKoffi(): Promise<CheckResult[]> {
  try {
    const { default: koffi } = await import('koffi');
    return [{ id: 'koffi', status: 'ok', message: `koffi ${koffi.version}` }];
  } catch (error) {
    return [failure('koffi', error, 'Install the packages again: npm ci.')];
  }
}

export async function checkLibc(): Promise<CheckResult[]> {
  if (process.platform !== 'linux') return [];
  try {
    const { addon } = await import('../../native/addon.js');
    const { name, version } = addon().libc();
    return [{ id: 'libc', status: 'ok', message: `${name} ${version}`.trim() }];
  } catch {
    return [{ id: 'libc', status: 'skip', message: 'the addon is needed to ask' }];
  }
}

export async function checkParser(): Promise<CheckResult[]> {
  try {
    const { hostFacts } = await import('../../host/facts.js');
    const { parser } = await hostFacts({ parser: 'pg_query' });
    return [{ id: 'parser', status: 'ok', message: `pg_query ${parser}` }];
  } catch (error) {
    // Most plugins read no syntax trees.
    return [{ ...failure('parser', error), status: 'warn' }];
  }
}

export async function checkGrpc(): Promise<CheckResult[]> {
  try {
    const { loadTransport } = await import('../../dialects/goplugin/transport/load.js');
    await loadTransport();
    return [{ id: 'grpc', status: 'ok', message: '@grpc/grpc-js and @bufbuild/protobuf load' }];
  } catch (error) {
    // Only plugins that are programs need it.
    return [{ ...failure('grpc', error), status: 'warn' }];
  }
}

export async function checkOpenPgp(): Promise<CheckResult[]> {
  try {
    const { loadOpenPgp } = await import('../../loader/bundles/trust.js');
    await loadOpenPgp();
    return [{ id: 'openpgp', status: 'ok', message: 'openpgp loads' }];
  } catch (error) {
    // Only signed bundles need it.
    return [{ ...failure('openpgp', error), status: 'warn' }];
  }
}

/** The packages of built-in writers. */
export async function checkWriters(): Promise<CheckResult[]> {
  const { loadPeer } = await import('../../capabilities/peer.js');
  const writers = [
    ['prometheus', 'prom-client', '15', 'prometheusWriter'],
    ['telemetry', '@opentelemetry/api', '1', 'openTelemetryWriter'],
  ] as const;
  return writers.map(([id, name, range, writer]) => {
    try {
      loadPeer(name, range, writer);
      return { id, status: 'ok', message: `${name} loads` };
    } catch (error) {
      return { ...failure(id, error), status: 'warn' };
    }
  });
}

/** It is opened only for plugins of collectd's: looking for it must do. */
export async function checkCollectd(): Promise<CheckResult[]> {
  const id = 'collectd';
  if (process.platform === 'win32') {
    return [{ id, status: 'skip', message: 'there is no mortise-collectd.so for Windows' }];
  }
  const { libraryPath } = await import('../../native/collectd-library.js');
  const path = libraryPath();
  if (path !== undefined) return [{ id, status: 'ok', message: path }];
  const message = 'no mortise-collectd.so beside the addon; plugins of collectd’s need it';
  const remedy = 'In a clone run `npm run build`; elsewhere install mortise again.';
  return [{ id, status: 'warn', code: 'MORTISE_ERR_COLLECTD_LIBRARY', message, remedy }];
}

function failure(id: string, error: unknown, remedy?: string): CheckResult {
  const problem = error instanceof MortiseError ? error.problems[0] : undefined;
  const message = problem?.message ?? (error instanceof Error ? error.message : String(error));
  return { id, status: 'fail', message, code: problem?.code, remedy: problem?.remedy ?? remedy, problem };
}
