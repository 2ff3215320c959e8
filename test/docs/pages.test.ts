import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Cli } from '../../src/cli/cli.js';
import { commands } from '../../src/cli/commands/index.js';
import { hostFacts } from '../../src/host/facts.js';
import { builtInServices } from '../../src/services/built-in/versions.js';
import { verifyFile } from '../../src/verify/file.js';
import { firewall } from '../cli/plugins.js';
import { readPages } from './pages.js';

const pages = readPages();

describe.each(pages.map((page) => [page.path, page] as const))('links of %s', (path, { text }) => {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link as string);

  it('lead somewhere', () => {
    expect(links.filter((link) => !/^https:\/\//.test(link) && !leads(link))).toEqual([]);
  });

  function leads(link: string): boolean {
    const [file, anchor] = link.split('#') as [string, string | undefined];
    const target = file === '' ? path : join(dirname(path), file);
    return existsSync(target) && (anchor === undefined || anchors(target).includes(anchor));
  }
});

/** As GitHub makes them from headings. */
function anchors(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

it('README leads to every page, and its table has every command', () => {
  const readme = pages.find(({ path }) => path === 'README.md')?.text ?? '';
  expect(pages.filter(({ path }) => path !== 'README.md' && !readme.includes(`(${path})`))).toEqual([]);
  const rows = [...readme.matchAll(/^\| `(?!npx)([a-z-]+)[^|]*\| /gm)].map(([, name]) => name);
  const program = new Command();
  for (const define of commands) define(program, {} as Cli);
  expect(rows).toEqual(program.commands.map((command) => command.name()));
});

it('docs/verify.md has a row for every check of a plugin', async () => {
  const page = pages.find(({ path }) => path === 'docs/verify.md')?.text ?? '';
  const table = /## The checks\n(.*?)\n\n/s.exec(page)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, id]) => id);
  const { checks } = await verifyFile(firewall, await hostFacts());
  expect(rows).toEqual(['file', ...checks.map(({ id }) => id)]);
});

it('docs/write-a-plugin-in-c.md has a row for every service of the host', () => {
  const page = pages.find(({ path }) => path === 'docs/write-a-plugin-in-c.md')?.text ?? '';
  const rows = [...page.matchAll(/^\| \[`(mortise\.[a-z]+)` ([\d.]+)\]/gm)].map(
    ([, name, version]) => `${name} ${version}`,
  );
  expect(rows).toEqual(builtInServices().map(({ name, major, minor }) => `${name} ${major}.${minor}`));
});
