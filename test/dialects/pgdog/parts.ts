/** The bridge and PgDog plugins that were built for the tests: `npm run pgdog`. */
import { execFile, spawnSync } from 'node:child_process';

export interface Parts {
  bridge: string;
  /** On pgdog-plugin 0.1.8: PgDog's own example, and one that answers what its first parameter says. */
  tenant: string;
  answers: string;
  /** On pgdog-plugin 0.1.6. */
  earlier: string;
  /** example-plugins/rust-pg-parser. */
  parser: string;
  /** rust/pgdog/plugins/joins, which reads trees with the SDK's feature. */
  joins: string;
  /** A program that calls them as a host does. */
  driver: string;
  /** Where hosts look for bridges. */
  installed: string;
}

/** Undefined when building them would take minutes. */
export const parts = built();
/** To be added to a title. */
export const needs = parts ? '' : ' (skipped: not built; run npm run pgdog)';

/** cargo in rust/pgdog, as `npm run pgdog` runs it. */
export function cargo(...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, CARGO_TERM_COLOR: 'never', CARGO_NET_OFFLINE: 'true' };
  return new Promise((done) => {
    execFile(process.execPath, ['scripts/pgdog.mjs', 'cargo', ...args], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

function built(): Parts | undefined {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/pgdog.mjs', '--if-quick'], {
    encoding: 'utf8',
  });
  if (status === 3) return undefined;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Parts;
}
