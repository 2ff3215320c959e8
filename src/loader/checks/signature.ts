/** Does the signature of a bundle hold, and must it? */
import { relative, sep } from 'node:path';
import type { Problem } from '../../errors.js';
import { listed } from '../../messages/lists.js';
import type { Bundle, Signed } from '../bundles/record.js';
import { policyOf } from '../bundles/sources.js';
import type { Check, CheckResult } from '../record.js';
import { failed, ok, skipped, warned } from './result.js';

/** The default of every host: external bundles are signed. */
const usual = policyOf({});

export const checkSignature: Check = ({ bundle, sha256 }, { bundles = usual }) => {
  if (!bundle) return [];
  const { signature, outermost: id, root, class: name } = bundle;
  const isAsked = bundles.signed.has(name);
  if (signature.state === 'internal') return [ok('signature', 'internal: it is a part of the host')];
  if (signature.state === 'valid') return proven(bundle, signature, sha256);
  if (signature.state === 'unsigned') {
    if (!isAsked) return [skipped('signature', `unsigned; ${name} ones need no signature`)];
    if (bundles.unsigned.has(id)) return [ok('signature', 'unsigned, as sources.unsigned allows')];
    return [
      failed('signature', {
        code: 'MORTISE_ERR_SIGNATURE_MISSING',
        message: `it has no MANIFEST.txt, and ${name} bundles must be signed`,
        subject: root,
        expected: 'a MANIFEST.txt that its author has signed',
        found: 'none',
        remedy: `Get it from who signs it, or name ${id} in sources.unsigned.`,
      }),
    ];
  }
  const { problems } = signature;
  if (isAsked) return problems.map((problem) => failed('signature', problem));
  const [first] = problems;
  return [
    warned('signature', {
      ...first,
      code: 'MORTISE_WARN_SIGNATURE',
      message: `${signature.state}: ${listed(
        problems.map(({ message }) => message),
        3,
      )}`,
    }),
  ];
};

/** What runs is what was signed, although it was read another time. */
function proven(
  { executable, root }: Bundle,
  { type, by, key, files }: Signed,
  sha256: string,
): CheckResult[] {
  const name = executable && relative(root, executable).split(sep).join('/');
  if (name !== undefined && files.get(name) !== sha256) {
    const problem: Problem = {
      code: 'MORTISE_ERR_SIGNATURE_MODIFIED',
      message: `${name} has changed since it was signed`,
      subject: executable,
      where: name,
      expected: files.get(name) ?? 'a file that was signed',
      found: sha256,
      remedy: 'Get the bundle again from who signed it.',
    };
    return [failed('signature', problem)];
  }
  const who = by === undefined ? `key ${key}` : `${by}, key ${key}`;
  return [ok('signature', `valid: ${type}, by ${who}`)];
}
