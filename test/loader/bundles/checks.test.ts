/** What is asked of a bundle, from its record alone. */
import { expect, it } from 'vitest';
import type { Bundle, BundleClass, Signature } from '../../../src/loader/bundles/record.js';
import { policyOf, type Sources } from '../../../src/loader/bundles/sources.js';
import { bundleChecks } from '../../../src/loader/checks/bundle-checks.js';
import type { Evidence, HostFacts } from '../../../src/loader/record.js';

const usual: Bundle = {
  ...{ id: 'one', aliases: [], type: 'datasource', name: 'One', version: '1.0.0', class: 'external' },
  ...{ directory: '/b/one', root: '/b/one', file: '/b/one/plugin.json', outermost: 'one', backend: true },
  ...{ executable: '/b/one/bin/x_linux_amd64', info: {}, problems: [], dependencies: { plugins: [] } },
  signature: { state: 'unsigned' },
};

function check(bundle: Partial<Bundle>, sources: Sources = {}, present?: HostFacts['present']) {
  const evidence = { bundle: { ...usual, ...bundle }, sha256: 'aa', problems: [] } as unknown as Evidence;
  const host = { bundles: policyOf(sources), present } as HostFacts;
  return bundleChecks
    .flatMap((one) => one(evidence, host))
    .map(({ id, status, code, message }) => [id, status, code ?? message].join(' '));
}

const said = (answers: readonly string[], id: string) => answers.filter((answer) => answer.startsWith(id));
const signature = (one: Signature, name: BundleClass = 'external', sources?: Sources, more = {}) =>
  said(check({ signature: one, class: name, ...more }, sources), 'signature');

const problem = { code: 'MORTISE_ERR_SIGNATURE_MODIFIED', message: 'x' } as const;
const modified: Signature = { state: 'modified', problems: [problem, problem] };
const invalid: Signature = {
  state: 'invalid',
  problems: [{ code: 'MORTISE_ERR_SIGNATURE_INVALID', message: 'x' }],
};
const valid = (sum: string): Signature => ({
  ...{ state: 'valid', type: 'community', by: 'Somebody', key: '00ff' },
  files: new Map([['bin/x_linux_amd64', sum]]),
});

it('an external one must be signed, unless its id is listed; one that was changed is never let pass', () => {
  expect(signature({ state: 'unsigned' })).toEqual(['signature fail MORTISE_ERR_SIGNATURE_MISSING']);
  expect(signature({ state: 'unsigned' }, 'external', { unsigned: ['one'] })).toEqual([
    'signature ok unsigned, as sources.unsigned allows',
  ]);
  expect(signature({ state: 'unsigned' }, 'external', { unsigned: ['two'] })[0]).toMatch(/fail/);
  expect(signature(modified, 'external', { unsigned: ['one'] })).toEqual(
    Array(2).fill('signature fail MORTISE_ERR_SIGNATURE_MODIFIED'),
  );
  expect(signature(invalid, 'external', { unsigned: ['one'] })).toEqual([
    'signature fail MORTISE_ERR_SIGNATURE_INVALID',
  ]);
});

it('what is inside one that may be unsigned may be so too', () => {
  const more = { id: 'inner', parent: 'one' };
  expect(signature({ state: 'unsigned' }, 'external', { unsigned: ['one'] }, more)[0]).toMatch(/ok/);
  expect(signature({ state: 'unsigned' }, 'external', { unsigned: ['inner'] }, more)[0]).toMatch(/fail/);
});

it('bundled ones need none, and what is wrong with theirs is a warning, unless the policy says otherwise', () => {
  expect(signature({ state: 'unsigned' }, 'bundled')[0]).toMatch(/^signature skip/);
  expect(signature(modified, 'bundled')).toEqual(['signature warn MORTISE_WARN_SIGNATURE']);
  expect(signature(modified, 'bundled', { signed: ['bundled'] })[0]).toMatch(/fail/);
  expect(signature({ state: 'unsigned' }, 'external', { signed: [] })[0]).toMatch(/skip/);
  expect(signature({ state: 'internal' }, 'core')[0]).toMatch(/ok internal/);
});

it('a valid one must be of the program that was read', () => {
  expect(signature(valid('aa'))).toEqual(['signature ok valid: community, by Somebody, key 00ff']);
  expect(signature(valid('bb'))).toEqual(['signature fail MORTISE_ERR_SIGNATURE_MODIFIED']);
  expect(signature(valid('bb'), 'bundled')).toEqual(['signature fail MORTISE_ERR_SIGNATURE_MODIFIED']);
});

it('the version of Grafana is compared where the host says one', () => {
  const needs = (grafana: string, grafanaVersion?: string) =>
    said(check({ dependencies: { grafana, plugins: [] } }, { grafanaVersion }), 'needs')[0];
  expect(needs('>=11.0.0', '12.1.0')).toMatch(/needs ok/);
  expect(needs('>=11.0.0', '11.0.0-pre')).toMatch(/needs fail/);
  expect(needs('>=11.0.0-0', '11.0.0-pre')).toMatch(/needs ok/);
  expect(needs('^9 || ^10', '10.4.2-12345')).toMatch(/needs ok/);
  expect(needs('>=11.0.0', '10.4.0')).toBe('needs fail MORTISE_ERR_BUNDLE_DEPENDENCY');
  expect(needs('>=11.0.0')).toMatch(/needs skip/);
  expect(needs('new ones')).toBe('needs fail MORTISE_ERR_BUNDLE');
});

it('other plugins must be there, in their versions', () => {
  const needs = (id: string, version?: string) => {
    const present = new Map([...Object.entries({ two: '2.1.0' }), ['three', undefined] as const]);
    return said(check({ dependencies: { plugins: [{ id, version }] } }, {}, present), 'needs')[0];
  };
  expect(needs('two')).toBe('needs ok two');
  expect(needs('two', '^2')).toMatch(/ok/);
  expect(needs('two', '^3')).toBe('needs fail MORTISE_ERR_BUNDLE_DEPENDENCY');
  expect(needs('three', '^3')).toBe('needs fail MORTISE_ERR_BUNDLE_DEPENDENCY');
  expect(needs('four')).toBe('needs fail MORTISE_ERR_BUNDLE_DEPENDENCY');
  expect(said(check({ dependencies: { plugins: [{ id: 'four' }] } }), 'needs')[0]).toMatch(/^needs skip/);
});

it('its own problems are failures and warnings', () => {
  const warning = { code: 'MORTISE_WARN_BUNDLE_STANDALONE', message: 'x' } as const;
  const error = { code: 'MORTISE_ERR_BUNDLE_EXECUTABLE', message: 'x' } as const;
  expect(said(check({ problems: [warning, error] }), 'bundle')).toEqual([
    'bundle warn MORTISE_WARN_BUNDLE_STANDALONE',
    'bundle fail MORTISE_ERR_BUNDLE_EXECUTABLE',
  ]);
  expect(said(check({ backend: false, parent: 'app' }), 'bundle')).toEqual([
    'bundle ok datasource, external, inside app; nothing of it runs here',
  ]);
});
