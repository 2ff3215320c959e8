/** The types of the search: who needs a library, and where it is looked for. */
import type { Image } from '../../binary/index.js';
import type { Via } from './dependency.js';

/** The part of an image that the search depends on. */
export type Needs = Pick<
  Image,
  | 'format'
  | 'arch'
  | 'bits'
  | 'endian'
  | 'soname'
  | 'dependencies'
  | 'weakDependencies'
  | 'rpath'
  | 'runpath'
  | 'noDefaultDirectories'
>;

/** A library whose needs are being resolved, and the chain of libraries that led to it. */
export interface Needer {
  path: string;
  needs: Needs;
  /** The library that needed it first; undefined for the plugin. */
  loader?: Needer;
  /** It lies relative to the plugin: its own relative paths do so too. */
  beside: boolean;
}

/** One file that the loader would try to open, in its order. */
export interface Place {
  /** Empty when nothing has to be opened to know that it isn't there. */
  file: string;
  /** What a person is told: the directory, or the list that named the file. */
  label: string;
  via: Via;
  beside: boolean;
  /** The system vouches for it: there is no file to look at, or no need to look further into it. */
  system?: 'without a file' | 'complete';
}

/** One system's loader: where it looks, and what it does with a file that doesn't fit. */
export interface Loader {
  places(name: string, needer: Needer): Iterable<Place>;
  /** `skip`: a library for another processor is passed over; `stop`: the search ends there, and fails. */
  misfit: 'skip' | 'stop';
}
