/** verify --sarif: against the schema of the standard, and what code hosts read of it. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/errors.js';
import { publishedFile } from '../binary/packages.js';
import { build } from '../support/plugins/build.js';
import { call } from './call.js';
import { directory, firewall } from './plugins.js';

interface Sarif {
  runs: [
    {
      tool: {
        driver: { rules: { id: string; help: { text: string }; shortDescription: { text: string } }[] };
      };
      invocations: [{ exitCode: number; executionSuccessful: boolean }];
      originalUriBaseIds: { SRCROOT: { uri: string } };
      results: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        message: { text: string };
        locations?: [{ physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string } } }];
        partialFingerprints: Record<string, string>;
      }[];
    },
  ];
}

function folder(): string {
  const cwd = directory();
  mkdirSync(join(cwd, 'my plugins'));
  copyFileSync(firewall, join(cwd, 'my plugins/good.so'));
  copyFileSync(build('plain.c', { flags: ['-Wl,-z,execstack'] }), join(cwd, 'my plugins/stack.so'));
  writeFileSync(join(cwd, 'text.so'), 'no library');
  return cwd;
}

async function sarif(cwd: string, ...argv: string[]) {
  const called = await call(['verify', '--sarif', ...argv], { cwd });
  const document = JSON.parse(called.stdout) as Sarif;
  return { ...called, document, run: document.runs[0] };
}

const schemaFile = publishedFile('@microsoft/jest-sarif@1.0.0-beta.0', 'lib/schemas/sarif-2.1.0-rtm.5.json');

describe('the document', () => {
  const skipped = schemaFile ? '' : ' (skipped: @microsoft/jest-sarif, which has it, cannot be downloaded)';
  it.skipIf(!schemaFile)(`meets the schema${skipped}`, async () => {
    const schema = JSON.parse(readFileSync(schemaFile as string, 'utf8')) as {
      $schema?: string;
      id?: string;
    };
    const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
    // It is a draft 4, which names itself by another keyword than later ones.
    const { $schema: _, id: __, ...rest } = schema;
    const isValid = ajv.compile(rest);
    const cwd = folder();
    for (const argv of [
      ['my plugins/good.so'],
      ['my plugins/good.so', 'my plugins/stack.so', 'text.so', 'none.so'],
      ['--strict', '--hardening', 'my plugins/stack.so'],
      ['--target', 'linux-x64-musl', '--target', 'win32-x64', 'my plugins/good.so'],
    ]) {
      const { document } = await sarif(cwd, ...argv);
      expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    }
    expect(isValid({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  it('has no results for what fits', async () => {
    const { code, run } = await sarif(folder(), 'my plugins/good.so');
    expect([code, run.results, run.tool.driver.rules]).toEqual([0, [], []]);
    expect(run.invocations).toEqual([{ executionSuccessful: true, exitCode: 0 }]);
  });

  it('has a result for each check that fails or warns, with its rule', async () => {
    const cwd = folder();
    const { code, run } = await sarif(cwd, 'my plugins/stack.so', 'text.so');
    expect(code).toBe(1);
    const byCode = Object.fromEntries(run.results.map((result) => [result.ruleId, result]));
    expect(byCode.MORTISE_WARN_EXEC_STACK?.level).toBe('warning');
    expect(byCode.MORTISE_ERR_BINARY_FORMAT).toMatchObject({
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'text.so', uriBaseId: 'SRCROOT' } } }],
    });
    expect(byCode.MORTISE_WARN_EXEC_STACK?.locations?.[0].physicalLocation.artifactLocation.uri).toBe(
      'my%20plugins/stack.so',
    );
    expect(run.originalUriBaseIds.SRCROOT.uri).toBe(`${pathToFileURL(cwd).href}/`);
    for (const { ruleId, ruleIndex, message } of run.results) {
      const rule = run.tool.driver.rules[ruleIndex];
      expect(rule?.id).toBe(ruleId);
      expect(rule?.shortDescription.text).toBe(catalogue[ruleId as keyof typeof catalogue]);
      expect(rule?.help.text).toContain(`docs/errors.md#${ruleId.toLowerCase()}`);
      expect(rule?.help.text.length).toBeGreaterThan(80);
      expect(message.text).not.toBe('');
    }
  });

  it('gives warnings that fail as errors, and protections that are missing as notes', async () => {
    const { code, run } = await sarif(folder(), '--strict', '--hardening', 'my plugins/stack.so');
    expect(code).toBe(1);
    const levels = run.results.map(({ ruleId, level }) => [ruleId, level]);
    expect(levels).toContainEqual(['MORTISE_WARN_EXEC_STACK', 'error']);
    expect(levels).toContainEqual(['hardening/stack', 'note']);
  });

  it('keeps fingerprints when the build changes, and tells files apart', async () => {
    const cwd = folder();
    const prints = async () =>
      (await sarif(cwd, 'my plugins/stack.so', 'text.so')).run.results.map(({ partialFingerprints }) =>
        JSON.stringify(partialFingerprints),
      );
    const before = await prints();
    writeFileSync(join(cwd, 'text.so'), 'another text');
    expect(await prints()).toEqual(before);
    expect(new Set(before).size).toBe(before.length);
  });
});

it('--json and --sarif exclude each other', async () => {
  const { code, stderr } = await call(['verify', '--json', '--sarif', firewall]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/MORTISE_ERR_USAGE.*--sarif.*--json/)]);
});

it('an absolute path outside of the working directory is a file URL', async () => {
  const { run } = await sarif(directory(), join(folder(), 'text.so'));
  expect(run.results[0]?.locations?.[0].physicalLocation.artifactLocation.uri).toMatch(/^file:\/\/\//);
});
