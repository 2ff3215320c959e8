import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './call.js';
import { directoryOf } from './plugins.js';

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
const script = async (shell: string) => (await call(['completion', shell])).stdout;

describe.runIf(has('bash'))('bash', () => {
  /** What bash offers for the last word. */
  async function offered(...line: string[]): Promise<string[]> {
    const asked = `${await script('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mortise; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['--norc', '-c', asked, 'bash', 'mortise', ...line], {
      encoding: 'utf8',
    });
    return out.split('\n').filter(Boolean);
  }

  it('completes commands', async () => {
    expect(await offered('ver')).toEqual(['verify']);
    expect(await offered('')).toEqual(
      expect.arrayContaining(['list', 'abi-diff', 'completion', '--version']),
    );
    expect(await offered('help', 'abi')).toEqual(['abi-diff']);
  });

  it("completes a command's own options", async () => {
    expect(await offered('verify', '--ha')).toEqual(['--hardening']);
    expect(await offered('verify', 'a.so', '--js')).toEqual(['--json']);
    expect(await offered('list', '--ha')).toEqual([]);
  });

  it('completes values, and leaves the rest to files', async () => {
    expect(await offered('new', 'a', '--lang', '')).toEqual(['c', 'rust']);
    expect(await offered('new', 'a', '-l', 'r')).toEqual(['rust']);
    expect(await offered('completion', 'f')).toEqual(['fish']);
    expect(await offered('verify', 'plug')).toEqual([]);
    expect(await offered('list', '-c', '-')).toEqual([]);
  });
});

it.each(['bash', 'zsh', 'fish'])('%s knows every command and its options', async (shell) => {
  const text = await script(shell);
  const { stdout } = await call(['--help']);
  const commands = [...(stdout.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)];
  expect(commands.length).toBeGreaterThan(15);
  for (const [, command] of commands) expect(text).toContain(command);
  expect(text).toMatch(shell === 'fish' ? /seen_subcommand_from verify' -l hardening/ : /--hardening/);
});

describe.each(['zsh', 'fish'])('%s', (shell) => {
  it.runIf(has(shell))('reads it', async () => {
    const cwd = directoryOf({ script: await script(shell) });
    expect(spawnSync(shell, ['-n', join(cwd, 'script')], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

it('names the shells that it knows', async () => {
  const { code, stderr } = await call(['completion', 'tcsh']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Allowed choices are bash, zsh, fish')]);
});
