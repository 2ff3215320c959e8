// What the addon and the TypeScript are built from: its hash stands in a stamp beside the result.
import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { bundled } from './bundle.mjs';
import { files, fingerprint, isStamped } from './stamp.mjs';

export const addonFile = 'build/Release/mortise.node';

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;

/** Each `stamp` with the `value` that says that its result is of these sources, and whether it is. */
export function addonState() {
  const { CXX = '', CXXFLAGS = '', LDFLAGS = '' } = process.env;
  const tools = [CXX, CXXFLAGS, LDFLAGS, versionOf('node-api-headers'), versionOf('node-addon-api')];
  const stamp = 'build/addon.stamp';
  const value = fingerprint(
    ['native', 'include', 'CMakeLists.txt'],
    [process.platform, process.arch, process.cwd(), ...tools],
  );
  return { stamp, value, isBuilt: existsSync(addonFile) && isStamped(stamp, value) };
}

/** `stems`: the files that it makes, without .js. */
export function typescriptState() {
  const stamp = 'build/typescript.stamp';
  const value = fingerprint(
    ['src', 'tsconfig.json', 'scripts/bundle.mjs'],
    [versionOf('typescript'), versionOf('esbuild')],
  );
  const made = files('src')
    .filter((path) => /(?<!\.d)\.ts$/.test(path))
    .map((path) => join('dist', path.slice(`src${sep}`.length, -'.ts'.length)));
  const stems = () => [...made, ...bundled()];
  const isBuilt = isStamped(stamp, value) && stems().every((stem) => existsSync(`${stem}.js`));
  return { stamp, value, stems, isBuilt };
}
