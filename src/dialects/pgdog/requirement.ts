/** Versions as Cargo writes them in `[dependencies]`. */
import type { Range } from 'semver';
import { semver } from './semver.js';

/** The requirement, which a version can be tested with; undefined when it is not a valid one. */
export function requirementOf(text: string): Range | undefined {
  try {
    const { Range } = semver();
    // A comma is "and", and a bare version is a caret.
    const parts = text.split(',').map((part) => part.trim());
    return new Range(
      parts.map((part) => (/^\d/.test(part) && !part.includes('*') ? `^${part}` : part)).join(' '),
    );
  } catch {
    return undefined;
  }
}

export function isVersion(text: unknown): text is string {
  try {
    const { SemVer } = semver();
    return typeof text === 'string' && new SemVer(text).version === text;
  } catch {
    return false;
  }
}
