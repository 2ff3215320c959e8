/** The library that makes a program one of this family. */
import type { GoBuild } from '../../binary/index.js';

/** Which go-plugin a program was built with: `v1.8.0`. Undefined when it was built without. */
export function libraryOf(build: GoBuild | undefined): string | undefined {
  return build?.modules.get('github.com/hashicorp/go-plugin');
}
