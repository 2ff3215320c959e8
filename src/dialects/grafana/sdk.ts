/** The library that makes a program one of this family. */
import type { GoBuild } from '../../binary/index.js';

/** Which release of Grafana's SDK a program was built with: `v0.298.0`. Undefined when it was built without. */
export function sdkOf(build: GoBuild | undefined): string | undefined {
  return build?.modules.get('github.com/grafana/grafana-plugin-sdk-go');
}
