/** What the rest of the project may use of this folder. */
export { bytesOf } from './bytes.js';
export { type OpenFile, openFile } from './file.js';
export type { BinaryFile, ByteSource, Image, SymbolPlace } from './image.js';
export { readBinary } from './read.js';
export { imageFor, readSymbol } from './symbol.js';
