/** README and docs, taken apart. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block: its language, and after it what a test does with it (CONTRIBUTING.md has the list). */
export interface Block {
  page: string;
  /** Of the opening fence, from 1. */
  line: number;
  language: string;
  /** `run`, `plugin`, `output`…; undefined when the block doesn't say. */
  kind: string | undefined;
  file: string | undefined;
  /** `exit=1 needs=cargo` */
  options: Record<string, string>;
  text: string;
}

export interface Page {
  path: string;
  text: string;
  blocks: Block[];
}

const others = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

/** These have tests of their own: test/config/documentation.test.ts, test/project/errors.test.ts, test/abi. */
export const testedElsewhere = ['docs/abi.md', 'docs/configuration.md', 'docs/errors.md'];

export function readPages(): Page[] {
  const docs = readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return [...others, ...docs].map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, text, blocks: blocksOf(path, text) };
  });
}

function blocksOf(page: string, text: string): Block[] {
  const blocks: Block[] = [];
  let open: { block: Block; lines: string[] } | undefined;
  text.split('\n').forEach((line, index) => {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (open) {
      blocks.push({ ...open.block, text: open.lines.join('\n') });
      open = undefined;
    } else {
      const [language = '', kind, ...rest] = (fence[1] as string).split(/\s+/);
      const options = Object.fromEntries(rest.filter(isOption).map((option) => option.split('=')));
      const file = rest.find((word) => !isOption(word));
      open = { block: { page, line: index + 1, language, kind, file, options, text: '' }, lines: [] };
    }
  });
  if (open) throw new Error(`${page}:${open.block.line}: the block has no end`);
  return blocks;
}

function isOption(word: string): boolean {
  return word.includes('=');
}
