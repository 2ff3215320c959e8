/** verify --annotate: GitHub's workflow commands. */
import { expect, it } from 'vitest';
import { annotation, annotations } from '../../src/cli/render/annotations.js';
import type { FileReport } from '../../src/verify/file.js';
import { call } from './call.js';
import { directoryOf, firewall } from './plugins.js';

const commandsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('::'));

it('prints a command for each failure, and none for what passes', async () => {
  const cwd = directoryOf({ 'text.so': 'no library' });
  const { code, stdout } = await call(['verify', '--annotate', 'github', './text.so', firewall], { cwd });
  expect(code).toBe(1);
  expect(commandsOf(stdout)).toEqual([
    expect.stringMatching(/^::error file=text\.so,title=MORTISE_ERR_BINARY_FORMAT::\S.*$/),
  ]);
  const plain = await call(['verify', './text.so'], { cwd });
  expect(commandsOf(plain.stdout)).toEqual([]);
});

it('warns, and fails of warnings when they are to fail', () => {
  const checks = [{ id: 'stack', status: 'warn', message: 'is executable', remedy: 'Rebuild it.' }];
  const report = { path: 'a.so', checks } as unknown as FileReport;
  expect(annotations(report)).toBe('::warning file=a.so,title=stack::is executable. Rebuild it.\n');
  expect(annotations(report, true)).toMatch(/^::error /);
});

it('lets no name end a command or begin another', () => {
  const checks = [{ id: 'x', status: 'fail', message: 'is 100%\n::error::forged' }];
  const report = { path: 'a,title=b::c\n::d.so', checks } as unknown as FileReport;
  const text = annotations(report);
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toMatch(/^::error file=a%2Ctitle=b%3A%3Ac/);
  expect(text).toContain('is 100%25');
});

it('tells a target that no file serves without a file', () => {
  expect(annotation({ code: 'MORTISE_ERR_TARGET_UNSERVED', message: 'no file is built for x' })).toBe(
    '::error title=MORTISE_ERR_TARGET_UNSERVED::no file is built for x\n',
  );
});

it.each(['--json', '--sarif'])('has no place in the document of %s', async (option) => {
  const { code, stderr } = await call(['verify', '--annotate', 'github', option, firewall]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be used with')]);
});
