/** What a registry says of the bundle that a plugin came as, and of its signature. */
import type { Bundle, BundleClass, Signature, SignatureState } from '../loader/bundles/record.js';
import type { CheckResult } from '../loader/record.js';

export type { SignatureState };

/** A bundle: of one that could not be read, or is mortise's own, only where it is. */
export interface BundleFacts extends Partial<Pick<Bundle, 'type' | 'parent' | 'info'>> {
  class: BundleClass;
  /** Absolute. */
  directory: string;
  signature?: Signature;
}

/** As it is shown. */
export type BundleRecord = Pick<BundleFacts, 'class' | 'type' | 'directory' | 'parent'>;

export function bundleRecord({ class: name, type, directory, parent }: BundleFacts): BundleRecord {
  return { class: name, ...(type && { type }), directory, ...(parent !== undefined && { parent }) };
}

/** What stands for its bytes: the signature of a bundle, or else the lock file. Undefined where there is neither. */
export function signatureState(
  bundle: Pick<BundleFacts, 'signature'> | undefined,
  checks: readonly CheckResult[],
): SignatureState | undefined {
  if (bundle?.signature) return bundle.signature.state;
  const locked = checks.filter(({ id }) => id === 'lock');
  if (locked.length === 0) return undefined;
  if (locked.some(({ code }) => code === 'MORTISE_ERR_LOCK_UNLISTED')) return 'unsigned';
  return locked.every(({ status }) => status === 'ok') ? 'valid' : 'modified';
}
