/** Which bridge fits a plugin: by its compiler exactly, and by its pg_query as far as that is known. */
import type { Problem } from '../../errors.js';
import type { Bridge } from './bridges.js';
import { symbols } from './layout.js';
import { requirementOf } from './requirement.js';
import { semver } from './semver.js';

/** What is known of a plugin. */
export interface Wanted {
  /** Its file. */
  path: string;
  rustc: string;
  /** What the configuration says its Cargo.lock has. */
  stated?: string;
  /** What it requires itself, as Cargo writes it. Empty: it doesn't say. Undefined: not known yet. */
  declared?: string;
}

/** The bridge, or why none fits. */
export function choose(
  bridges: readonly Bridge[],
  places: readonly string[],
  wanted: Wanted,
): { bridge: Bridge } | { problem: Problem } {
  const { path, rustc, stated, declared } = wanted;
  const requirement = declared ? requirementOf(declared) : undefined;
  if (declared && !requirement) return { problem: unreadable(path, declared) };
  if (stated !== undefined && requirement && !requirement.test(stated)) {
    return { problem: contradiction(path, stated, declared as string) };
  }
  const fits = ({ parser }: Bridge) =>
    stated === undefined ? (requirement?.test(parser) ?? true) : parser === stated;
  const fitting = bridges.filter((bridge) => bridge.rustc === rustc && fits(bridge));
  const [bridge] = fitting.sort((a, b) => semver().rcompare(a.parser, b.parser));
  return bridge ? { bridge } : { problem: noBridge(wanted, bridges, places) };
}

/** What a plugin wants of pg_query, in words. */
function parserWanted({ stated, declared }: Pick<Wanted, 'stated' | 'declared'>): string {
  if (stated !== undefined) return `pg_query ${stated}`;
  return declared ? `pg_query "${declared}"` : 'any pg_query, as it does not say which';
}

function noBridge(wanted: Wanted, bridges: readonly Bridge[], places: readonly string[]): Problem {
  const { path, rustc, stated } = wanted;
  const release = stated === undefined ? '' : ` with pg_query ${stated}`;
  return {
    code: 'MORTISE_ERR_BRIDGE',
    message: `no bridge fits: the plugin was built by ${rustc}, with ${parserWanted(wanted)}`,
    subject: path,
    where: places.join(', '),
    expected: `a bridge for ${rustc} and ${parserWanted(wanted)}`,
    found: bridges.map((one) => `one for ${one.rustc} and pg_query ${one.parser}`).join('; ') || 'none',
    remedy: `Build the bridge with that compiler${release}, as docs/pgdog.md says, or the plugin with a compiler that there is a bridge for.`,
  };
}

function contradiction(path: string, stated: string, declared: string): Problem {
  return {
    code: 'MORTISE_ERR_PARSER_MISMATCH',
    message: `its configuration says pg_query ${stated}, and the plugin itself requires "${declared}"`,
    subject: path,
    where: 'config.pg_query',
    expected: `a release that "${declared}" allows`,
    found: stated,
    remedy: 'Write the release of pg_query that the plugin’s Cargo.lock has.',
  };
}

function unreadable(path: string, declared: string): Problem {
  return {
    code: 'MORTISE_ERR_PARSER_MISMATCH',
    message: `it requires pg_query "${declared}", which is not a valid requirement`,
    subject: path,
    where: symbols.parser,
    expected: 'a requirement as Cargo writes it: "6.1.1"',
    found: declared,
    remedy: 'Correct pg_query in the plugin’s Cargo.toml, and build it again.',
  };
}
