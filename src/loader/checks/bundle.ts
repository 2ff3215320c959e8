/** Is the bundle complete, and is there what it needs? */
import { satisfies, validRange } from 'semver';
import { isWarning, type Problem } from '../../errors.js';
import type { BundleNeed } from '../bundles/record.js';
import type { Check, CheckResult } from '../record.js';
import { failed, ok, skipped, warned } from './result.js';

export const checkBundle: Check = ({ bundle }) => {
  if (!bundle) return [];
  const { problems, type, class: name, parent, backend } = bundle;
  if (problems.length > 0) {
    return problems.map((one) => (isWarning(one) ? warned('bundle', one) : failed('bundle', one)));
  }
  const inside = parent === undefined ? '' : `, inside ${parent}`;
  return [ok('bundle', `${type}, ${name}${inside}${backend ? '' : '; nothing of it runs here'}`)];
};

export const checkBundleNeeds: Check = ({ bundle }, { bundles, present }) => {
  if (!bundle) return [];
  const { dependencies, file } = bundle;
  const { grafana, plugins } = dependencies;
  const results: CheckResult[] = [];
  if (grafana !== undefined) results.push(grafanaFits(grafana, bundles?.grafanaVersion, file));
  for (const need of plugins) {
    const unknown = skipped('needs', `${need.id}: only a host knows whether it is there`);
    results.push(present ? pluginFits(need, present, file) : unknown);
  }
  return results;
};

/** Grafana's own releases count as what they lead up to: `>=11.0.0` takes 11.0.0-pre. */
const loosely = { includePrerelease: true };

function grafanaFits(range: string, version: string | undefined, subject: string): CheckResult {
  const where = 'dependencies.grafanaDependency';
  if (validRange(range) === null) {
    return failed('needs', {
      code: 'MORTISE_ERR_BUNDLE',
      message: `${where} is not a valid range of versions: ${range}`,
      subject,
      where,
      expected: 'a range such as >=11.0.0',
      found: range,
      remedy: 'Correct it in plugin.json.',
    });
  }
  if (version === undefined) return skipped('needs', `Grafana ${range}, and this host says no version`);
  if (satisfies(version, range, loosely))
    return ok('needs', `Grafana ${range}, this host stands for ${version}`);
  return failed('needs', {
    code: 'MORTISE_ERR_BUNDLE_DEPENDENCY',
    message: `it needs Grafana ${range}, this host stands for ${version}`,
    subject,
    where,
    expected: range,
    found: version,
    remedy: 'Get a release of the bundle for this version, or correct sources.grafanaVersion.',
  });
}

function pluginFits(
  { id, version: range }: BundleNeed,
  present: ReadonlyMap<string, string | undefined>,
  subject: string,
): CheckResult {
  const asked = range === undefined ? id : `${id} ${range}`;
  const problem = (found: string): Problem => ({
    code: 'MORTISE_ERR_BUNDLE_DEPENDENCY',
    message: `it needs ${asked}, found ${found}`,
    subject,
    where: 'dependencies.plugins',
    expected: asked,
    found,
    remedy: `Install ${asked}, and see whether it was refused.`,
  });
  if (!present.has(id)) return failed('needs', problem('no such plugin'));
  const version = present.get(id);
  if (range === undefined) return ok('needs', id);
  if (version !== undefined && satisfies(version, range, loosely))
    return ok('needs', `${asked}, found ${version}`);
  return failed('needs', problem(version ?? 'one without a version'));
}
