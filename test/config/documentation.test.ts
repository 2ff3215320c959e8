import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { schemaOf } from '../../src/config/schema.js';
import { readConfiguration as readConfig, sections } from '../../src/host/configuration.js';

const page = readFileSync('docs/configuration.md', 'utf8');

it.each(Object.keys(schemaOf(sections).keys).filter((section) => section !== ''))(
  'has a row for every key of %s, and no other',
  (section) => {
    const [, text = ''] = page.split(new RegExp(`^## \`\\[+${section}\\]+\`$`, 'm'));
    const rows = [...(text.split(/^## /m)[0] as string).matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
    expect(rows).toEqual(schemaOf(sections).keys[section]);
  },
);

it('shows a configuration that can be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-docs-'));
  const path = join(folder, 'mortise.toml');
  writeFileSync(path, /```toml\n(.*?)```/s.exec(page)?.[1] as string);
  expect((await readConfig(path)).plugins).toHaveLength(2);
  rmSync(folder, { recursive: true });
});

it('shows the error as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-docs-'));
  const path = join(folder, 'mortise.toml');
  writeFileSync(path, '[host]\nserch = []\n');
  const shown = /```\n(mortise\.toml: .*?)\n```/s.exec(page)?.[1] as string;
  await expect(readConfig(path)).rejects.toThrow(shown.replace('mortise.toml', path));
  rmSync(folder, { recursive: true });
});
