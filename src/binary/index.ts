/** What the rest of the project may use of this folder. */
export { bytesOf } from './bytes.js';
export { type Definitions, readDefinitions } from './elf/definitions.js';
export { Pointers } from './elf/pointers.js';
export { type Reference, type References, readCopies, readReferences } from './elf/references.js';
export type { NeededVersion } from './elf/versions.js';
export { type OpenFile, openFile } from './file.js';
export { type GoBuild, readGoBuild } from './go-build.js';
export { type Hardening, type Protection, readHardening, type Startup } from './hardening.js';
export type { BinaryFile, ByteSource, Image, SymbolPlace } from './image.js';
export { isImage, peek } from './peek.js';
export { readBinary } from './read.js';
export { imageFor, readSymbol } from './symbol.js';
