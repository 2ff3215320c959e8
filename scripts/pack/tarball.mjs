// A gzipped tarball in which nothing depends on the machine or the time: the same files give the same bytes.
import { rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { create } from 'tar';
import { files } from '../stamp.mjs';

/** As npm's own tarballs: no file is older, which some file systems can't hold. */
const epoch = new Date('1985-10-26T08:15:00Z');

/** Packs a staged folder under `prefix`, and removes it. Says how large the file is. */
export async function packTarball(stage, folder, prefix = 'package') {
  const file = join(folder, `${basename(stage)}.tgz`);
  const names = files(stage).map((path) => path.slice(stage.length + 1));
  await create(
    { file, cwd: stage, prefix, gzip: { level: 9 }, portable: true, mtime: epoch, noDirRecurse: true },
    names,
  );
  rmSync(stage, { recursive: true });
  const kilobytes = Math.ceil(statSync(file).size / 1024);
  return `${names.length} files, ${kilobytes} kB: ${file}`;
}
