// The two npm packages as folders: mortise, and @mortise/PLATFORM-ARCH with the addon that it finds there.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundled, bundledPackages, taken } from '../bundle.mjs';
import { files } from '../stamp.mjs';
import { declarations } from './declarations.mjs';
import { licences } from './licences.mjs';

/** The platforms that have a package. Each is packed on a machine of its own kind. */
const platforms = ['linux-x64'];

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { version, license, engines } = manifest;

/** @returns the folder */
export function stagePackage(folder) {
  const stage = join(folder, `mortise-${version}`);
  const types = Object.values(manifest.exports).flatMap((entry) => entry.types ?? []);
  const scripts = bundled().flatMap((stem) => [`${stem}.js`, `${stem}.js.map`]);
  const others = manifest.files.filter((name) => name !== 'dist').flatMap(files);
  for (const path of [...scripts, ...declarations(types), ...others]) copy(path, stage);
  for (const path of ['README.md', 'LICENSE']) copy(path, stage);
  const { devDependencies, overrides, binary, ...published } = manifest;
  delete published.scripts;
  published.dependencies = without(published.dependencies, taken);
  published.optionalDependencies = Object.fromEntries(platforms.map((name) => [`@mortise/${name}`, version]));
  write(stage, 'package.json', published);
  writeFileSync(join(stage, 'LICENSES.md'), licences('mortise', bundledPackages()));
  return stage;
}

/** @returns the folder */
export function stageAddon(folder) {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.includes(platform))
    throw new Error(`${platform} has no package yet: add it to \`platforms\``);
  const stage = join(folder, `mortise-${platform}-${version}`);
  mkdirSync(stage, { recursive: true });
  const parts = ['mortise.node', 'mortise-collectd.so'].filter((name) => existsSync(`build/Release/${name}`));
  for (const name of parts) {
    cpSync(`build/Release/${name}`, join(stage, name));
    chmodSync(join(stage, name), 0o755);
  }
  copy('LICENSE', stage);
  writeFileSync(join(stage, 'LICENSES.md'), licences('the addon', ['node-addon-api', 'node-api-headers']));
  write(stage, 'package.json', {
    name: `@mortise/${platform}`,
    version,
    description: `The native addon of mortise for ${platform}.`,
    license,
    engines,
    os: [process.platform],
    cpu: [process.arch],
    ...(process.platform === 'linux' && { libc: ['glibc'] }),
    main: 'mortise.node',
    files: ['LICENSES.md', ...parts],
    preferUnplugged: true,
  });
  return stage;
}

const without = (table, names) =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !names.has(name)));

function copy(path, stage) {
  const target = join(stage, path);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(path, target);
}

function write(stage, name, value) {
  writeFileSync(join(stage, name), `${JSON.stringify(value, null, 2)}\n`);
}
