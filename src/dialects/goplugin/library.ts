/** What a program's Go build says of it. */
import type { GoBuild } from '../../binary/index.js';

/** Which go-plugin a program was built with: `v1.8.0`. Undefined when it was built without. */
export function libraryOf(build: GoBuild | undefined): string | undefined {
  return build?.modules.get('github.com/hashicorp/go-plugin');
}

/** The last part of its package that says something: …/terraform-provider-x/v5, …/csv-datasource/pkg. */
export function nameOf({ path }: GoBuild): string {
  const name = path.split('/').findLast((part) => !/^(v\d+|pkg)$/.test(part)) ?? '';
  return name.replace(/[^\w.-]/g, '_') || 'program';
}
