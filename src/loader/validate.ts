/** The third stage: does the plugin fit this host? Every check is made, so that all problems show at once. */

import type { Problem } from '../errors.js';
import { checkDependencies } from './checks/dependencies.js';
import { checkDialect } from './checks/dialect.js';
import { checkImports } from './checks/imports.js';
import { checkLibc } from './checks/libc.js';
import { checkLoaded } from './checks/loaded.js';
import { checkLoader } from './checks/loader.js';
import { checkLocked } from './checks/locked.js';
import { checkParser } from './checks/parser.js';
import { checkPermissions } from './checks/permissions.js';
import { checkArch, checkFormat, checkKind } from './checks/platform.js';
import { failed } from './checks/result.js';
import { checkRunpath } from './checks/runpath.js';
import { checkSanitizer } from './checks/sanitizer.js';
import { checkScope } from './checks/scope.js';
import { checkScript } from './checks/script.js';
import { checkServices } from './checks/services.js';
import { checkShadowed } from './checks/shadowed.js';
import { checkStack } from './checks/stack.js';
import { asksThisMachine, checkTargetDependencies, checkTargetSystem } from './checks/target.js';
import { checkToolchain } from './checks/toolchain.js';
import { checkUnique } from './checks/unique.js';
import { checkVersions } from './checks/versions.js';
import type { Check, CheckResult, Evidence, HostFacts } from './record.js';

/** What every library must meet, in the order of the report. */
const library: readonly Check[] = [
  checkFormat,
  checkArch,
  checkKind,
  checkLoader,
  checkLibc,
  checkDependencies,
  checkLoaded,
  checkRunpath,
  checkVersions,
  checkImports,
  checkStack,
];
/** What every program must meet: nothing of it comes into this process. */
const program: readonly Check[] = [checkFormat, checkScript, checkArch, checkLibc, checkDependencies];
/** What every plugin must meet, whatever its dialect. */
const plugin: readonly Check[] = [
  checkSanitizer,
  checkParser,
  checkToolchain,
  checkServices,
  checkShadowed,
  checkScope,
  checkUnique,
  checkLocked,
];

/** The checks that ask this machine, and what stands in for each when another platform is the target. */
const forTarget: ReadonlyMap<Check, Check> = new Map([
  [checkLibc, checkTargetSystem],
  [checkDependencies, checkTargetDependencies],
  [checkVersions, () => []], // said with the dependencies
  [checkLoaded, () => []],
  [checkScope, () => []], // both are about this process, as symbols is
  [checkImports, asksThisMachine('imports')],
  [checkPermissions, asksThisMachine('permissions')],
  [checkShadowed, asksThisMachine('symbols')],
]);

export function validate(evidence: Evidence, facts: HostFacts): CheckResult[] {
  const host = withGiven(facts, evidence);
  if (evidence.bundle) return validateBundle(evidence, host);
  if (evidence.dialect?.carrier === 'program') {
    return ask(
      [...program, checkPermissions, checkDialect, ...evidence.dialect.checks, checkLocked],
      evidence,
      host,
    );
  }
  const first = validateLibrary(evidence, host);
  if (!evidence.image) return first;
  const checks = [
    checkPermissions,
    checkDialect,
    ...(evidence.dialect ? [...evidence.dialect.checks, ...plugin] : []),
  ];
  return [...first, ...ask(checks, evidence, host)];
}

function validateBundle(evidence: Evidence, host: HostFacts): CheckResult[] {
  const { bundle, bundleChecks = [], image, dialect, path } = evidence;
  const own = ask(bundleChecks, evidence, host);
  if (bundle?.executable === undefined) return own;
  if (!image) return [...own, ...evidence.problems.map((problem) => failed('format', problem))];
  const rules = dialect
    ? [...program, checkPermissions, checkDialect, ...dialect.checks, checkLocked]
    : program;
  const unknown = dialect ? [] : [failed('dialect', unknownProgram(path, host))];
  return [...own, ...ask(rules, evidence, host), ...unknown];
}

function unknownProgram(subject: string, { dialects }: HostFacts): Problem {
  const known = dialects.filter(({ carrier }) => carrier === 'program').map(({ words }) => words.identity);
  return {
    code: 'MORTISE_ERR_NOT_A_PLUGIN',
    message: 'it is a program of no family that this host knows',
    subject,
    expected: known.join(' or '),
    found: 'another program',
    remedy: 'Name a program that was built with go-plugin.',
  };
}

/** What the system’s loader would say, whether it is a plugin or not. `npm run fuzz -- verdict` compares the two. */
export function validateLibrary(evidence: Evidence, host: HostFacts): CheckResult[] {
  if (!evidence.image) return evidence.problems.map((problem) => failed('format', problem));
  return ask(library, evidence, host);
}

/** What is loaded before the plugins of a family counts as loaded. */
export function withGiven(host: HostFacts, { dialect }: Pick<Evidence, 'dialect'>): HostFacts {
  const gives = dialect?.gives;
  if (!gives || host.target) return host;
  return { ...host, exporter: (symbol) => host.exporter(symbol) ?? gives(symbol) };
}

function ask(checks: readonly Check[], evidence: Evidence, host: HostFacts): CheckResult[] {
  return checks.flatMap((check) => ((host.target && forTarget.get(check)) || check)(evidence, host));
}
