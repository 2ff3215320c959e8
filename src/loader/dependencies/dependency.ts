/** Which of the loader's rules found a library. */
export type Via = 'rpath' | 'runpath' | 'environment' | 'cache' | 'default' | 'loaded';

/** A library that an image needs, and the file that the system's loader would take for it. */
export interface Dependency {
  /** As the needing file writes it: `libpq.so.5`, `@rpath/libpq.dylib`, `LIBPQ.dll`. */
  name: string;
  /** The path of the file that needs it; of the first one, when there are several. */
  neededBy: string;
  /** Undefined when it is missing. What has no file of its own (the macOS shared cache, Windows API sets) gives its name. */
  path?: string;
  /** The rule that found it; the last rule tried when it is missing. */
  via: Via;
  /** Where it was searched, in that order: directories, the cache, and files that were refused, with the reason. */
  searched: string[];
  /** The needing file works without it (a weak Mach-O library, a delayed PE import). */
  optional: boolean;
  /**
   * Found relative to the plugin (`$ORIGIN`, `@loader_path`, the same directory on Windows), or to a library
   * that was so found. A copy of the plugin elsewhere must have it at the same place beside it.
   */
  beside: boolean;
  /** The private copy that was read in its place, and that will be loaded. */
  copy?: string;
  /** Other paths under which the same file was found. */
  also?: string[];
  /**
   * The process already has a library of that name, which the loader takes without a search. `path` is its file
   * then; this is the one that a search would have found, if there is one and it is another file.
   */
  instead?: string;
}

/** What the search depends on besides the file. */
export interface ResolveOptions {
  /** Default: this process's. Linux and macOS read it when a process starts; later changes have no effect on their loaders. */
  env?: NodeJS.ProcessEnv;
  /** Default: this process's. */
  platform?: NodeJS.Platform;
  /** The processor of the process that would load the image. Default: this process's. */
  arch?: string;
  /** A directory that stands for `/` where the system's own files are meant: another root file system. */
  sysroot?: string;
  /** The private copy that stands for a library that lies beside the plugin, if there is one. */
  copies?: ReadonlyMap<string, { copy?: string }>;
}
