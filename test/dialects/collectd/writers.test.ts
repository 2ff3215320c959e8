/** Writers of collectd's, unmodified, to what they are meant for, on loopback. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { debianPackages } from '../../support/parts/debian.js';
import { type Running, startDaemon, startHost, until, writeConf } from './hosted.js';
import { packages, suite } from './parts.js';

/** write_http is linked to it. */
const yajl = packages && debianPackages(['libyajl2'])?.libyajl2;
const libraries = (folder: string) => {
  const [triplet = ''] = readdirSync(join(folder, 'usr/lib')).filter((name) => name.includes('linux-gnu'));
  return { LD_LIBRARY_PATH: join(folder, 'usr/lib', triplet) };
};

const work = mkdtempSync(join(tmpdir(), 'mortise-collectd-'));
const running: Running[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const { code, out } of await Promise.all(running.splice(0).map((one) => one.stop()))) {
    expect({ code, failed: out }).toEqual({ code: 0, failed: expect.stringMatching(/^(\[\])?$/) });
  }
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const written = (lines: string) => writeConf(work, lines);

async function hosted(lines: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { file, folder } = written(lines);
  running.push(await startHost(file, env));
  return folder;
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const lines = (path: string) => {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
};

describe.runIf(packages)(suite("collectd's writers"), { timeout: 60_000 }, () => {
  it.runIf(yajl)(
    `write_http posts JSON${yajl ? '' : ' (Debian’s libyajl2 cannot be had here)'}`,
    async () => {
      const bodies: string[] = [];
      const port = await listen(
        createHttpServer((request, response) => {
          let body = '';
          request.on('data', (chunk) => {
            body += chunk;
          });
          request.on('end', () => {
            bodies.push(body);
            response.end();
          });
        }),
      );
      await hosted(
        `LoadPlugin load
LoadPlugin cpu
LoadPlugin memory
LoadPlugin write_http
<Plugin write_http>
  <Node "here">
    URL "http://127.0.0.1:${port}/"
    Format "JSON"
    BufferSize 1024
  </Node>
</Plugin>`,
        libraries(yajl as string),
      );
      const value = await until(() =>
        bodies.flatMap((body) => JSON.parse(body)).find(({ plugin }) => plugin === 'load'),
      );
      expect(value).toMatchObject({
        host: 'side',
        type: 'load',
        dsnames: ['shortterm', 'midterm', 'longterm'],
        dstypes: ['gauge', 'gauge', 'gauge'],
        interval: 0.5,
      });
    },
  );

  it('write_graphite writes lines', async () => {
    let got = '';
    const port = await listen(
      createServer((socket) =>
        socket.on('data', (chunk) => {
          got += chunk;
        }),
      ),
    );
    await hosted(`LoadPlugin load
LoadPlugin cpu
LoadPlugin write_graphite
<Plugin write_graphite>
  <Node "here">
    Host "127.0.0.1"
    Port "${port}"
    Protocol "tcp"
    StoreRates true
  </Node>
</Plugin>`);
    await until(() => (/^side\.cpu-0\.cpu-idle [\d.]+ \d+\r?$/m.test(got) ? got : undefined));
    expect(got).toMatch(/^side\.load\.load\.shortterm [\d.]+ \d+\r?$/m);
  });

  it('network sends to the real daemon', async () => {
    const port = 20_000 + (process.pid % 20_000);
    const receiver = written(`LoadPlugin network
LoadPlugin csv
<Plugin network>
  Listen "127.0.0.1" "${port}"
</Plugin>
<Plugin csv>
  DataDir "$FOLDER/csv"
</Plugin>`);
    running.push(startDaemon(receiver.file));
    await hosted(`LoadPlugin load
LoadPlugin memory
LoadPlugin cpu
LoadPlugin interface
LoadPlugin network
<Plugin network>
  Server "127.0.0.1" "${port}"
</Plugin>`);
    const day = join(receiver.folder, 'csv/side/load');
    const got = await until(() => {
      try {
        const [file] = readdirSync(day);
        const rows = lines(join(day, file ?? ''));
        return rows.length > 2 ? rows : undefined;
      } catch {
        return undefined;
      }
    });
    expect(got[0]).toBe('epoch,shortterm,midterm,longterm');
    expect(readdirSync(join(receiver.folder, 'csv/side')).sort()).toEqual(
      expect.arrayContaining(['cpu-0', 'load', 'memory']),
    );
  });

  it('network receives from the real daemon', async () => {
    const port = 20_001 + (process.pid % 20_000);
    const folder = await hosted(`LoadPlugin network
LoadPlugin csv
<Plugin network>
  Listen "127.0.0.1" "${port}"
</Plugin>
<Plugin csv>
  DataDir "$FOLDER/csv"
</Plugin>`);
    const sender = written(`LoadPlugin load
LoadPlugin memory
LoadPlugin cpu
LoadPlugin interface
LoadPlugin network
<Plugin network>
  Server "127.0.0.1" "${port}"
</Plugin>`);
    running.push(startDaemon(sender.file));
    await until(() => {
      try {
        return readdirSync(join(folder, 'csv/side/load')).length > 0 || undefined;
      } catch {
        return undefined;
      }
    });
  });

  it('unixsock answers as the real daemon does', async () => {
    const configuration = `LoadPlugin load
LoadPlugin unixsock
<Plugin unixsock>
  SocketFile "$FOLDER/socket"
  SocketPerms "0600"
</Plugin>`;
    const ours = await hosted(configuration);
    const theirs = written(configuration);
    running.push(startDaemon(theirs.file));
    const answers = async (folder: string) => {
      const ask = (command: string) => asked(join(folder, 'socket'), command);
      await until(async () => ((await ask('LISTVAL')).includes('side/load/load') ? true : undefined));
      return {
        list: (await ask('LISTVAL')).replace(/[\d.]+ side/g, 'TIME side'),
        get: (await ask('GETVAL side/load/load')).replace(/=.*/g, '=NUMBER'),
        absent: await ask('GETVAL side/none/none'),
        unknown: await ask('NONSENSE'),
        put: await ask('PUTVAL "side/other/gauge-put" interval=1 N:42'),
        badType: await ask('PUTVAL "side/other/nosuchtype" N:42'),
        putBack: await until(async () => {
          const answer = await ask('GETVAL side/other/gauge-put');
          return answer.includes('value=') ? answer : undefined;
        }),
        notify: await ask('PUTNOTIF severity=okay time=1 message="hello"'),
        flush: await ask('FLUSH timeout=1'),
      };
    };
    const [own, real] = [await answers(ours), await answers(theirs.folder)];
    expect(own).toEqual(real);
    expect(own.putBack).toContain('value=4.200000e+01');
  });
});

/** One command of the plain text protocol. */
function asked(path: string, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk;
      const [first = '', ...rest] = got.split('\n');
      if (got.endsWith('\n') && rest.length - 1 >= Math.max(0, Number.parseInt(first, 10))) socket.end();
    });
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(got));
    socket.on('connect', () => socket.write(`${command}\n`));
  });
}
