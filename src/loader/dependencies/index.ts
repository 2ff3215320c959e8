/** What the rest of the loader may use of this folder. */
export { type Answered, answeredByOthers } from './answered.js';
export { bindClosure, type LackingVersion, type Unbound, type UnboundSymbol } from './bind.js';
export type { Dependency, ResolveOptions, Via } from './dependency.js';
export { firstEnvironment } from './environment.js';
export { type Found, findLibrary } from './find.js';
export { supportedHwcaps } from './hwcaps.js';
export { identify } from './identify.js';
export { missingDependencies } from './missing.js';
export { type Closure, closureOf, resolveDependencies } from './resolve.js';
