/** What the rest of the loader may use of this folder. */
export type { Dependency, ResolveOptions, Via } from './dependency.js';
export { type Found, findLibrary } from './find.js';
export { missingDependencies } from './missing.js';
export { resolveDependencies } from './resolve.js';
