import type { Problem } from '../errors.js';

/**
 * What a binary file says of itself, in terms that ELF, Mach-O and PE share. Everything is copied out of
 * the file: an Image holds no file open. Reading one runs nothing.
 */
export interface Image {
  format: 'elf' | 'macho' | 'pe';
  /** Processor in Node's words (`process.arch`) where it has one: `x64`, `arm64`, `ia32`, `arm`, `ppc64`, `s390x`, `riscv64`, `loong64`, `mips`…; else `unknown(<number>)`. */
  arch: string;
  bits: 32 | 64;
  endian: 'little' | 'big';
  /** `shared`: can be loaded as a library. A position-independent executable is an `executable`. */
  kind: 'shared' | 'executable' | 'object' | 'other';
  /** The operating system that the format and its notes name, in Node's words: `linux`, `darwin`, `win32`, `freebsd`…; undefined when the file doesn't say. */
  os?: string;
  /** The oldest release of that system that the file says it runs on: `11.0` (Mach-O only). */
  minimumOs?: string;
  /**
   * Names that another image can bind to, in file order, without version suffix; each once. They are spelled
   * as in C: a Mach-O name loses the underscore that the compiler puts before it. A PE export without a name
   * is `#` and its ordinal. ELF's absolute symbols are among them, as in `nm -D`.
   */
  exports: string[];
  /** Exports of which a process keeps one for all libraries, whatever their scopes (STB_GNU_UNIQUE). A subset of `exports`. */
  uniqueExports?: string[];
  /** Names that another image must provide, spelled like `exports`; a PE import by ordinal is `#12`. */
  imports: string[];
  /** Imports that may stay unresolved: weak ones, and what a PE image loads late. A subset of `imports`. */
  weakImports: string[];
  /** DT_NEEDED, LC_LOAD_DYLIB or import-table names, in file order. */
  dependencies: string[];
  /** Dependencies that may be missing (LC_LOAD_WEAK_DYLIB, PE delay imports). A subset of `dependencies`. */
  weakDependencies: string[];
  /** DT_SONAME, LC_ID_DYLIB or the PE export directory's name. */
  soname?: string;
  /** DT_RPATH: searched before the environment's directories, also for dependencies' dependencies. */
  rpath: string[];
  /** DT_RUNPATH or LC_RPATH. */
  runpath: string[];
  /** DF_1_NODEFLIB: its libraries are not searched in the system's own directories. */
  noDefaultDirectories?: boolean;
  /** ELF version needs: `{ library: 'libc.so.6', version: 'GLIBC_2.34' }`. */
  versionNeeds: { library: string; version: string }[];
  /** The newest of each numbered family in `versionNeeds`: `{ GLIBC: '2.34', GLIBCXX: '3.4.30' }`. */
  newestVersions: Record<string, string>;
  /** True when PT_GNU_STACK asks for an executable stack, or the header is absent on an architecture where that means the same. */
  execStack: boolean;
  /** The C library that the dependencies (or the interpreter) name; `none` when there is none. */
  libc: 'glibc' | 'musl' | 'bionic' | 'macos' | 'msvc' | 'other' | 'none';
  /** Where each exported data or code symbol lies in the file, when bytes stand behind it. */
  symbols: ReadonlyMap<string, SymbolPlace>;
  /**
   * Where the sections lie that programs name themselves, in C identifiers that start with a letter (ELF only): what a
   * linker collects from several object files. A file without section headers has none.
   */
  sections?: ReadonlyMap<string, { offset: number; size: number }>;
  /** The build id (ELF note, Mach-O UUID) as lower-case hex. */
  buildId?: string;
  /** The first thing for which the system's loader refuses a file that can be read; Mach-O and PE only. */
  fault?: Problem;
  /** What a loader makes of the file beyond what stands above; ELF only. */
  loading?: Loading;
  /** Compilers and linkers that signed the file (ELF `.comment`, LC_BUILD_VERSION), in file order. */
  producers: string[];
}

/** What decides whether a loader takes an ELF file, beside what it is for and what it needs. */
export interface Loading {
  /** The first thing that a loader would follow to where it must not go; undefined when there is none, or nobody looked. */
  fault?: Problem;
  /** DF_1_NOOPEN: only to be linked with, not to be opened by a running program. */
  noOpen: boolean;
  /** It has packed relocations (DT_RELR). */
  packed: boolean;
  /** The largest page, in bytes, at which its segments can be mapped. */
  page: number;
  /** GNU_PROPERTY_X86_ISA_1_NEEDED, when the file has it. */
  isa?: number;
  /**
   * Symbols that the file defines, that its relocations name, and that its hash table doesn't lead to: the loader takes
   * those that another image defines. Names as latin1.
   */
  lost?: { name: string; version?: { name: string; hash: number } }[];
  /** Thread-local storage that must be found at a fixed distance from each thread's pointer, in bytes. */
  staticTls?: { size: number; align: number };
}

/** Where an exported symbol's bytes lie in the file. */
export interface SymbolPlace {
  /** Offset of the first byte in the file (for a fat Mach-O: in the whole file). */
  offset: number;
  /** Bytes, as the symbol table says; 0 when it doesn't (Mach-O and PE never do). */
  size: number;
  /** How many bytes of the file may follow `offset` inside the same segment or section. */
  available: number;
  kind: 'data' | 'code';
  /** Whether a program may write to all of it once the library is loaded, and what the loader itself protects is protected. */
  writable: boolean;
}

/** A file of one image, or of several (a fat Mach-O, one per architecture). */
export interface BinaryFile {
  size: number;
  images: [Image, ...Image[]];
}

/** Random access to the bytes of one file, bounds-checked. */
export interface ByteSource {
  readonly size: number;
  /** Where the bytes come from, for error messages; undefined for bytes in memory. */
  readonly path?: string;
  /**
   * `length` bytes from `offset`, as a view or a copy.
   * @param into of at least `length` bytes: where a copy may be put instead of into memory of its own
   * @throws MortiseError MORTISE_ERR_BINARY_TRUNCATED when they aren't all inside, MORTISE_ERR_BINARY_LIMIT when a
   * single read is larger than any real table (64 MiB).
   */
  read(offset: number, length: number, into?: Buffer): Buffer;
}
