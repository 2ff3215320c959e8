/** What `npm start` shows, and what README shows of it. */
import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { missingTools, titled } from '../rust/cargo.js';
import { mismatch } from './match.js';
import { readPages } from './pages.js';

const missing = missingTools('make', 'cargo');

describe.skipIf(missing.length > 0)(titled('npm start', missing), () => {
  let shown: { code: number | null; stdout: string };

  beforeAll(async () => {
    shown = await start({ FORCE_COLOR: '0' });
  }, 300_000);

  it('passes, and every plugin is ready', () => {
    expect(shown.code).toBe(0);
    expect(shown.stdout.match(/^ {2}ready /gm)).toHaveLength(3);
  });

  it('has the lines that README shows, in their order', () => {
    const readme = readPages().flatMap(({ blocks }) => blocks);
    const excerpt = readme.find(({ kind }) => kind === 'start')?.text ?? '';
    expect(mismatch(`…\n${excerpt}\n…`, shown.stdout)).toBeUndefined();
  });

  it('counts each statement once', () => {
    const [, table = ''] = /Who decided what: (.*?)\n\n/s.exec(shown.stdout) ?? [];
    const statements = Number(/^\d+/.exec(table)?.[0]);
    const counts = [...table.matchAll(/ (\d+) +\d+ %/g)].map(([, count]) => Number(count));
    expect(counts.pop()).toBe(statements);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(statements);
  });

  it('is plain where nobody asked for colours, and fits a hundred columns', () => {
    expect(shown.stdout).not.toContain('\u001b');
    expect(Math.max(...shown.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

function start(env: NodeJS.ProcessEnv): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve) => {
    // Not building: other tests are using what is built.
    const child = spawn(process.execPath, ['scripts/start.mjs', '--no-build'], {
      env: { ...process.env, NO_COLOR: undefined, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.on('close', (code) => resolve({ code, stdout }));
  });
}
