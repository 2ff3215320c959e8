// npm run proto: makes NAME_pb.ts beside each NAME.proto, for @bufbuild/protobuf. Its result is checked in, so only who
// changes a .proto needs it. The generator comes with another TypeScript, so it is no dependency of this package.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// One run a folder: the examples of go-plugin give different messages the same name.
const tests = 'test/dialects/goplugin/proto';
const packages = ['@bufbuild/buf@1.75.0', '@bufbuild/protoc-gen-es@2.17.0'];

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
for (const folder of [
  'src/dialects/goplugin/wire',
  'src/dialects/grafana/wire',
  ...readdirSync(tests).map((name) => `${tests}/${name}`),
]) {
  const options = ['target=ts', 'import_extension=js'];
  const template = { version: 'v2', plugins: [{ local: 'protoc-gen-es', out: folder, opt: options }] };
  const { status } = spawnSync(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    [
      ...['exec', '--yes', '--ignore-scripts', ...packages.map((name) => `--package=${name}`), '--'],
      ...['buf', 'generate', folder, '--template', JSON.stringify(template)],
    ],
    { stdio: 'inherit', shell: process.platform === 'win32' },
  );
  if (status !== 0) process.exit(1);
}
