/** Dependencies whose code is taken into the bundle. */
export const taken: ReadonlySet<string>;
