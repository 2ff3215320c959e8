/** What the MANIFEST.txt of a bundle proves of it. */
import { join } from 'node:path';
import { MortiseError, type Problem } from '../../errors.js';
import { look } from '../directories.js';
import { filesIn } from './files.js';
import { readText } from './json.js';
import { type Manifest, manifestFile, readManifest } from './manifest.js';
import type { Signature } from './record.js';
import { isForUrl } from './root-urls.js';
import type { TrustStore } from './trust.js';

/** A smaller one is as good as none. */
const leastBytes = 10;
const maxManifestBytes = 10 * 1024 * 1024;

/** The bundle that should be signed. */
export interface Unproven {
  id: string;
  version: string | undefined;
  /** Real. */
  root: string;
}

/**
 * Reads every file of a bundle that has a manifest.
 * @throws MortiseError MORTISE_ERR_TRUST_KEY: that is the host's fault, not the bundle's
 */
export async function signatureOf(
  bundle: Unproven,
  { trust, rootUrl }: { trust: TrustStore; rootUrl: string | undefined },
): Promise<Signature> {
  const path = join(bundle.root, manifestFile);
  if ((look(path)?.size ?? 0) < leastBytes) return { state: 'unsigned' };
  try {
    const manifest = await readManifest(path, readText(path, maxManifestBytes), trust);
    const wrong = wrongUrl(path, manifest, rootUrl);
    if (wrong) return { state: 'invalid', problems: [wrong] };
    const [first, ...rest] = changesOf(bundle, manifest, await filesIn(bundle.root));
    if (first) return { state: 'modified', problems: [first, ...rest] };
    const { signatureType, signedByOrgName, signedByOrg, key } = manifest;
    return {
      state: 'valid',
      type: signatureType,
      by: signedByOrgName || signedByOrg || undefined,
      key,
      files: new Map(Object.entries(manifest.files).map(([name, sum]) => [name, sum.toLowerCase()])),
    };
  } catch (error) {
    if (!(error instanceof MortiseError) || error.code === 'MORTISE_ERR_TRUST_KEY') throw error;
    return { state: 'invalid', problems: error.problems as [Problem, ...Problem[]] };
  }
}

function wrongUrl(
  subject: string,
  { signatureType, rootUrls }: Manifest,
  rootUrl: string | undefined,
): Problem | undefined {
  const isPrivate = signatureType.startsWith('private');
  if (rootUrls.length === 0 && !isPrivate) return undefined;
  if (isForUrl(rootUrl, rootUrls, signatureType === 'private-glob')) return undefined;
  return {
    code: 'MORTISE_ERR_SIGNATURE_INVALID',
    message: `it is signed for ${rootUrls.join(', ') || 'no address'}, not for ${rootUrl ?? 'a host without an address'}`,
    subject,
    where: 'rootUrls',
    expected: rootUrls.join(', ') || 'an address',
    found: rootUrl ?? 'no sources.rootUrl',
    remedy: 'Give the address of this host as sources.rootUrl, or have the bundle signed for it.',
  };
}

/** All that differs: who it is, then its files in order of their names. */
function changesOf(bundle: Unproven, manifest: Manifest, found: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  const add = (file: string, message: string, expected: string, real: string) =>
    problems.push({
      code: 'MORTISE_ERR_SIGNATURE_MODIFIED',
      message,
      subject: join(bundle.root, file),
      where: file,
      expected,
      found: real,
      remedy: 'Get the bundle again from who signed it; if the change was meant, have it signed again.',
    });
  const { plugin, version, files } = manifest;
  if (plugin !== bundle.id) {
    add('plugin.json', `${plugin} was signed, this is ${bundle.id}`, plugin, bundle.id);
  }
  if (version !== (bundle.version ?? '')) {
    const own = bundle.version ?? 'without a version';
    add('plugin.json', `version ${version} was signed, this is ${own}`, version, own);
  }
  const signed = new Map(Object.entries(files));
  for (const name of [...new Set([...signed.keys(), ...found.keys()])].sort()) {
    if (name === manifestFile) continue;
    const [expected, real] = [signed.get(name)?.toLowerCase(), found.get(name)];
    if (expected === real) continue;
    if (real === undefined)
      add(name, `${name} was signed, and is missing`, expected as string, 'no such file');
    else if (expected === undefined) add(name, `${name} was not signed`, 'no such file', real);
    else add(name, `${name} has changed since it was signed`, expected, real);
  }
  return problems;
}
