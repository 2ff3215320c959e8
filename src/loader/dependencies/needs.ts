/** What a library at a path needs, read once and remembered. */
import { imageFor, openFile, peek, readBinary } from '../../binary/index.js';
import { MortiseError } from '../../errors.js';
import { misfit } from './fit.js';
import { identify } from './identify.js';
import type { Needs } from './place.js';

/** What stands at a path, as far as a loader cares. */
export type Reading =
  | { kind: 'absent' }
  /** There is a file, and no library of the image's kind in it. `foreign`: a sound one for another processor. */
  | { kind: 'refused'; reason: string; foreign: boolean }
  /** `file` tells two names of one file. `needs` is undefined for a library that can't be read further. */
  | { kind: 'library'; file: string; needs?: Needs };

/** Some 1 kB each; more than any machine's plugins and their libraries together. */
const maxRemembered = 4096;
const remembered = new Map<string, Reading>();

/**
 * Reads what the library at a path needs. Libraries share most of their dependencies, so what was read is
 * remembered for the life of the process, until the file changes.
 */
export function readNeeds(path: string, arch: string): Reading {
  const identity = identify(path);
  if (!identity) return { kind: 'absent' };
  const { file, state, odd } = identity;
  if (odd !== undefined) return { kind: 'refused', reason: odd, foreign: false };
  // Not the path: one directory can be spelt in a thousand ways.
  const key = `${state}\0${arch}`;
  const known = remembered.get(key);
  // Put back at the end: the front is what was not asked for longest.
  if (known) remembered.delete(key);
  const reading = known ?? read(path, arch, file);
  remembered.set(key, reading);
  if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value as string);
  return reading;
}

function read(path: string, arch: string, file: string): Reading {
  try {
    const source = openFile(path);
    try {
      const head = peek(source);
      const foreign = head && misfit(head, { ...head, arch });
      if (foreign) return { kind: 'refused', ...foreign };
      const image = imageFor(readBinary(source, { symbols: false }), arch);
      const { format, bits, endian, soname, dependencies, weakDependencies, rpath, runpath } = image;
      const { noDefaultDirectories } = image;
      const needs: Needs = {
        format,
        arch: image.arch,
        bits,
        endian,
        soname,
        dependencies,
        weakDependencies,
        rpath,
        runpath,
        noDefaultDirectories,
      };
      return { kind: 'library', file, needs };
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    switch (error.code) {
      case 'MORTISE_ERR_FILE_MISSING':
        return { kind: 'absent' };
      case 'MORTISE_ERR_FILE_UNREADABLE':
        return { kind: 'refused', reason: 'cannot be read', foreign: true };
      case 'MORTISE_ERR_BINARY_FORMAT':
      case 'MORTISE_ERR_FILE_EMPTY':
      case 'MORTISE_ERR_FILE_NOT_REGULAR':
        return { kind: 'refused', reason: 'not a library', foreign: false };
      default:
        // Our reader is stricter than a loader. A library of the system isn't missing because of that.
        return { kind: 'library', file };
    }
  }
}
