/** A registry as npm asks one, on loopback: packuments and tarballs of a directory. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

interface Manifest {
  name: string;
  version: string;
}

export interface Registry {
  url: string;
  /** Serves each tarball of a directory; `change` may alter what is said of one. */
  publish(directory: string, change?: (dist: Record<string, unknown>) => object): void;
  close(): void;
}

/** @param isSilent takes connections, and never answers */
export async function startRegistry({ isSilent = false } = {}): Promise<Registry> {
  const tarballs = new Map<string, Buffer>();
  const packuments = new Map<string, { versions: Record<string, object>; latest: string }>();
  const server = createServer(({ url = '' }, response) => {
    if (isSilent) return;
    const path = decodeURIComponent(url.slice(1));
    const tarball = tarballs.get(path);
    const packument = packuments.get(path);
    if (tarball) response.end(tarball);
    else if (packument) {
      const { versions, latest } = packument;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name: path, 'dist-tags': { latest }, versions }));
    } else response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not found"}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    publish(directory, change = (dist) => dist) {
      for (const file of readdirSync(directory).filter((name) => name.endsWith('.tgz'))) {
        const bytes = readFileSync(join(directory, file));
        const text = execFileSync('tar', ['xOzf', join(directory, file), 'package/package.json']);
        const manifest = JSON.parse(text.toString()) as Manifest;
        const { name, version } = manifest;
        tarballs.set(`-/${file}`, bytes);
        const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
        const dist = change({ tarball: `${url}-/${file}`, integrity });
        const { versions = {} } = packuments.get(name) ?? {};
        packuments.set(name, {
          versions: { ...versions, [version]: { ...manifest, dist } },
          latest: version,
        });
      }
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
