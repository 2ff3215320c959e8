/** What every host needs: Node.js, a C library, the addon, koffi; and the parser and gRPC, which some need. */
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

function failure(id: string, error: unknown, remedy?: string): CheckResult {
  const problem = error instanceof MortiseError ? error.problems[0] : undefined;
  const message = problem?.message ?? (error instanceof Error ? error.message : String(error));
  return { id, status: 'fail', message, code: problem?.code, remedy: problem?.remedy ?? remedy, problem };
}
