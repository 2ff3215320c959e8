/** What `mortise verify --sarif` prints: SARIF 2.1.0 (OASIS), which code hosts show beside the files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { catalogue, type Problem } from '../../errors.js';
import type { FileReport } from '../../verify/file.js';
import { packageRoot, readManifest } from '../package.js';

type Level = 'error' | 'warning' | 'note';

interface Finding {
  rule: string;
  level: Level;
  message: string;
  /** Absent when it is about no file. */
  path?: string;
  /** What tells it from others of its rule and file. */
  mark: string;
}

export interface SarifOptions {
  /** What paths in the document count from. */
  cwd: string;
  /** Warnings fail. */
  strict?: boolean;
  exitCode: number;
  /** What is wrong with no file, but with the call. */
  problems?: readonly Problem[];
}

export function sarifDocument(reports: readonly FileReport[], options: SarifOptions): object {
  const { cwd, exitCode, problems = [] } = options;
  const findings = [
    ...reports.flatMap((report) => findingsOf(report, options)),
    ...problems.map((problem) => findingOf(problem, 'error')),
  ];
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const { version } = readManifest();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'mortise', version, semanticVersion: version, rules: rulesFor(rules, findings) },
        },
        invocations: [{ executionSuccessful: exitCode !== 2, exitCode }],
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(cwd).href.replace(/\/$/, '')}/` } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, rules.indexOf(finding.rule), cwd)),
      },
    ],
  };
}

function findingsOf(
  { path, checks, hardening = [], target }: FileReport,
  { strict }: SarifOptions,
): Finding[] {
  const failing = checks.flatMap(({ id, status, code, message, remedy, problem }): Finding[] => {
    if (status !== 'fail' && status !== 'warn') return [];
    const level = status === 'fail' || strict ? 'error' : 'warning';
    const whole = { ...problem, code: code ?? problem?.code, message, remedy } as Problem;
    const { mark, ...finding } = findingOf(whole, level);
    return [{ ...finding, path, mark: [id, target, mark].join('\0') }];
  });
  const notes = hardening
    .filter(({ verdict }) => verdict === 'weak')
    .map(({ id, value }): Finding => {
      return { rule: `hardening/${id}`, level: 'note', message: `${id}: ${value}`, path, mark: id };
    });
  return [...failing, ...notes];
}

function findingOf({ code, message, where, expected, found, remedy }: Problem, level: Level): Finding {
  const details = [where && `at ${where}`, expected && `expected ${expected}`, found && `found ${found}`];
  const text = [message, ...details.filter(Boolean)].join('; ');
  return { rule: code, level, message: remedy ? `${text}. ${remedy}` : `${text}.`, mark: where ?? '' };
}

function resultOf({ rule, level, message, path, mark }: Finding, ruleIndex: number, cwd: string): object {
  const artifact = path === undefined ? undefined : artifactOf(path, cwd);
  const print = createHash('sha256')
    .update([rule, artifact?.uri ?? '', mark].join('\0'))
    .digest('hex');
  return {
    ruleId: rule,
    ruleIndex,
    level,
    message: { text: message },
    ...(artifact && {
      // A binary has no lines, and some readers show nothing without one.
      locations: [{ physicalLocation: { artifactLocation: artifact, region: { startLine: 1 } } }],
    }),
    // Stays when the build changes, so that a finding that was dismissed isn't a new one.
    partialFingerprints: { 'mortise/v1': print },
  };
}

function artifactOf(path: string, cwd: string): { uri: string; uriBaseId?: string } {
  const whole = resolve(cwd, path);
  const inside = relative(cwd, whole);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside))
    return { uri: pathToFileURL(whole).href };
  return { uri: inside.split(sep).map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

/** The catalogue's sentence for each code, and what docs/errors.md says to do. */
function rulesFor(rules: readonly string[], findings: readonly Finding[]): object[] {
  const page = rules.some((rule) => rule.startsWith('MORTISE_')) ? errorsPage() : new Map<string, string>();
  const { homepage } = readManifest();
  return rules.map((id) => {
    const short =
      (catalogue as Record<string, string>)[id] ?? 'A protection that the file was built without.';
    const place = id.startsWith('MORTISE_') ? `docs/errors.md#${id.toLowerCase()}` : 'docs/publish.md';
    const help = page.get(id) ?? '`mortise verify --hardening` lists all protections.';
    return {
      id,
      shortDescription: { text: short },
      help: {
        text: `${help}\n\nSee ${place} in the package.`,
        markdown: `${help}\n\nSee \`${place}\` in the package.`,
      },
      ...(homepage && { helpUri: new URL(place, homepage).href }),
      defaultConfiguration: { level: findings.find(({ rule }) => rule === id)?.level ?? 'error' },
    };
  });
}

/** By code: the text under its heading, without the sentence that the catalogue has too. */
function errorsPage(): Map<string, string> {
  try {
    const text = readFileSync(`${packageRoot}docs/errors.md`, 'utf8');
    const entries = text.split(/^### /m).slice(1);
    return new Map(
      entries.map((entry) => {
        const [code = '', , ...rest] = entry
          .replace(/^## [\s\S]*/m, '')
          .trim()
          .split(/\n\n/);
        return [code, rest.join('\n\n')];
      }),
    );
  } catch {
    return new Map(); // A package without its docs still has the catalogue.
  }
}
