/** Looking into directories: what cannot be seen is not there. */
import { readdirSync, type Stats, statSync } from 'node:fs';

/** Of one directory; the rest is not looked at. */
const maxListed = 10_000;

/** Undefined where there is nothing, or nothing that this user may see. */
export function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Also false where Node.js's permission model forbids to look, which `existsSync` throws for. */
export const exists = (path: string): boolean => look(path) !== undefined;

export function isFile(path: string): boolean {
  return look(path)?.isFile() ?? false;
}

export function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort().slice(0, maxListed);
  } catch {
    return [];
  }
}
