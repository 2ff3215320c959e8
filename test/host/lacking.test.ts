/** A process without a working directory, or without file descriptors: coded errors, and the process goes on. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directory, good } from './open.js';

describe('what the process lacks', () => {
  const mortise = JSON.stringify(join(process.cwd(), 'dist/mortise.js'));
  const plugins = () => JSON.stringify([good().name]);
  const run = (shell: string, body: string) => {
    const script = join(directory(), 'open.mjs');
    writeFileSync(script, `import { Host } from ${mortise};\n${body}`);
    const command = `${shell}\nexec "${process.execPath}" "${script}"`;
    return spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
  };

  it('is a working directory', () => {
    const folder = directory();
    const gone = `mkdir ${folder}/gone && cd ${folder}/gone && rmdir ${folder}/gone`;
    expect(run(gone, `await Host.open({ plugins: ${plugins()} });`).stderr).toContain(
      'MORTISE_ERR_WORKING_DIRECTORY',
    );
    const { stderr, stdout } = run(
      gone,
      `const host = await Host.open({ plugins: ${plugins()}, cwd: '/' });
      console.log(host.plugins.get('good').state);
      await host.close();`,
    );
    expect([stdout, stderr]).toEqual(['ready\n', '']);
  });

  it.each([0, 1, 2, 3])('are file descriptors beyond %i', (free) => {
    const { stdout, stderr } = run(
      'ulimit -n 64',
      `import { closeSync, openSync } from 'node:fs';
      // All that is loaded when it is first used.
      await (await Host.open({ plugins: ${plugins()}, announce: false })).close();
      const taken = [];
      try {
        for (;;) taken.push(openSync('/dev/null'));
      } catch {}
      for (const one of taken.splice(0, ${free})) closeSync(one);
      const said = await Host.open({ plugins: ${plugins()}, announce: false }).then(
        (host) => [...host.plugins].map(({ state, error }) => error?.code ?? state).join(),
        (error) => error.code,
      );
      for (const one of taken) closeSync(one);
      console.log(said);
      process.exit();`,
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(ready|MORTISE_ERR_[A-Z_]+)\n$/);
    if (free === 0) expect(stdout).not.toBe('ready\n');
  });
});
