/** Writers of collectd's, unmodified, to the servers that they are meant for, on loopback. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { debianPackages } from '../../support/parts/debian.js';
import { kafkaJars } from '../../support/parts/kafka.js';
import { Running, startHost, until, writeConf } from './hosted.js';
import { packages, suite } from './parts.js';

const run = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), 'mortise-receivers-'));
const hosts: Running[] = [];
const servers: Running[] = [];

afterEach(async () => {
  for (const { code, out } of await Promise.all(hosts.splice(0).map((one) => one.stop()))) {
    expect({ code, failed: out }).toEqual({ code: 0, failed: '[]' });
  }
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function hosted(
  lines: string,
  env: NodeJS.ProcessEnv,
  readers = ['load', 'memory', 'interface'],
): Promise<void> {
  const loaded = readers.map((name) => `LoadPlugin ${name}\n`).join('');
  hosts.push(await startHost(writeConf(work, loaded + lines).file, env));
}

/** A server in a process of its own, once it takes connections. */
async function serve(port: number, command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  servers.push(new Running(child));
  await until(() =>
    child.exitCode === null ? reached(port) : Promise.reject(new Error(`${command} ended`)),
  );
}

const reached = (port: number) =>
  new Promise<true | undefined>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(undefined));
  });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Packages of Debian's that a test needs, and where their libraries are. */
function parts(names: string[]) {
  const folders = packages && debianPackages(names);
  const libraries = Object.values(folders ?? {}).flatMap((folder) =>
    ['usr/lib', 'lib'].flatMap((lib) =>
      foldersIn(join(folder, lib))
        .filter((name) => name.endsWith('linux-gnu'))
        .map((name) => join(folder, lib, name)),
    ),
  );
  return {
    missing: folders ? undefined : `Debian’s ${names.join(', ')}`,
    file: (name: string, path: string) => join(folders?.[name] ?? '', path),
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** A test whose parts may be missing says so in its name. */
const needing = (missing: (string | undefined)[], name: string) => {
  const absent = missing.filter((one) => one !== undefined);
  return absent.length === 0
    ? ([it, name] as const)
    : ([it.skip, `${name} (${absent.join(' and ')} cannot be had here)`] as const);
};

describe.runIf(packages)(suite("collectd's writers and real servers"), { timeout: 120_000 }, () => {
  const web = parts(['libmicrohttpd12', 'libprotobuf-c1']);
  const [scraped, scrapedName] = needing([web.missing], 'write_prometheus is scraped');
  scraped(scrapedName, async () => {
    const port = await freePort();
    await hosted(
      `LoadPlugin write_prometheus
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "${port}"
</Plugin>`,
      web.env,
    );
    const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const text = await until(async () => {
      const got = await scrape();
      return got.includes('collectd_load_midterm{') && got.includes('collectd_interface_if_octets_rx_total')
        ? got
        : undefined;
    });
    expect(text).toMatch(/^# TYPE collectd_memory gauge$/m);
    expect(text).toMatch(/^collectd_memory\{memory="free",instance="side"\} [\d.e+]+ \d+$/m);
    expect(text).toMatch(/^# TYPE collectd_interface_if_octets_rx_total counter$/m);
    expect(text).toMatch(
      /^collectd_interface_if_octets_rx_total\{interface="lo",instance="side"\} \d+ \d+$/m,
    );
  });

  const redis = parts(['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'libhiredis0.14']);
  const [stored, storedName] = needing([redis.missing], 'write_redis stores in a Redis server');
  stored(storedName, async () => {
    const port = await freePort();
    const server = redis.file('redis-tools', 'usr/bin/redis-check-rdb');
    // One program with several names.
    await serve(
      port,
      'bash',
      ['-c', `exec -a redis-server "${server}" --port ${port} --bind 127.0.0.1 --save '' --dir "${work}"`],
      redis.env,
    );
    await hosted(
      `LoadPlugin write_redis
<Plugin write_redis>
  <Node "here">
    Host "127.0.0.1"
    Port "${port}"
    Timeout 1000
    StoreRates false
  </Node>
</Plugin>`,
      redis.env,
    );
    const ask = async (...command: string[]) => {
      const { stdout } = await run(
        redis.file('redis-tools', 'usr/bin/redis-cli'),
        ['-p', `${port}`, ...command],
        {
          env: { ...process.env, ...redis.env },
        },
      );
      return stdout.trimEnd().split('\n');
    };
    const values = await until(async () => {
      const got = await ask('zrange', 'collectd/side/load/load', '0', '-1');
      return got.length >= 3 ? got : undefined;
    });
    // A time, and the values of the type.
    for (const value of values) expect(value).toMatch(/^\d+\.\d+:[\d.]+:[\d.]+:[\d.]+$/);
    expect(await ask('smembers', 'collectd/values')).toEqual(
      expect.arrayContaining(['side/load/load', 'side/memory/memory-free', 'side/interface-lo/if_octets']),
    );
  });

  const mqtt = parts(['mosquitto', 'mosquitto-clients', 'libmosquitto1', 'libcjson1', 'libdlt2', 'libwrap0']);
  const [published, publishedName] = needing([mqtt.missing], 'mqtt publishes to Mosquitto');
  published(publishedName, async () => {
    const port = await freePort();
    const config = join(work, 'mosquitto.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n`);
    await serve(port, mqtt.file('mosquitto', 'usr/sbin/mosquitto'), ['-c', config], mqtt.env);
    await hosted(
      `LoadPlugin mqtt
<Plugin mqtt>
  <Publish "here">
    Host "127.0.0.1"
    Port ${port}
    ClientId "mortise"
    Prefix "collectd"
    StoreRates false
    QoS 1
  </Publish>
</Plugin>`,
      mqtt.env,
    );
    const { stdout } = await run(
      mqtt.file('mosquitto-clients', 'usr/bin/mosquitto_sub'),
      ['-h', '127.0.0.1', '-p', `${port}`, '-t', 'collectd/side/load/load', '-C', '3', '-W', '15', '-v'],
      { env: { ...process.env, ...mqtt.env } },
    );
    const messages = stdout.trimEnd().split('\n');
    expect(messages).toHaveLength(3);
    for (const message of messages)
      expect(message).toMatch(/^collectd\/side\/load\/load \d+\.\d+:[\d.]+:[\d.]+:[\d.]+\0?$/);
  });

  const kafka = parts(['librdkafka1', 'libyajl2']);
  const jars = packages && kafkaJars();
  const missingJars = jars ? undefined : 'Java, Maven and Apache Kafka’s jars';
  const [sent, sentName] = needing([kafka.missing, missingJars], 'write_kafka sends to a Kafka broker');
  sent(sentName, async () => {
    const [port, controller] = [await freePort(), await freePort()];
    const properties = join(work, 'kafka.properties');
    writeFileSync(
      properties,
      `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${join(work, 'kafka')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
`,
    );
    const java = (...args: string[]) => ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, ...args];
    await run(
      'java',
      java('kafka.tools.StorageTool', 'format', '-t', 'bW9ydGlzZS1jb2xsZWN0ZA', '-c', properties),
    );
    await serve(port, 'java', java('kafka.Kafka', properties), {});
    await hosted(
      `LoadPlugin write_kafka
<Plugin write_kafka>
  Property "metadata.broker.list" "127.0.0.1:${port}"
  <Topic "values">
    Format JSON
    Key "fixed"
  </Topic>
</Plugin>`,
      kafka.env,
      ['load'],
    );
    // The topic is made by the first message.
    const consumer = [
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      ...['--bootstrap-server', `127.0.0.1:${port}`, '--topic', 'values', '--from-beginning'],
      ...['--max-messages', '5', '--timeout-ms', '30000'],
    ];
    const { stdout } = await run('java', java(...consumer));
    const values = stdout
      .trimEnd()
      .split('\n')
      .flatMap((line) => JSON.parse(line));
    expect(values).toHaveLength(5);
    for (const value of values)
      expect(value).toMatchObject({
        host: 'side',
        plugin: 'load',
        dsnames: ['shortterm', 'midterm', 'longterm'],
      });
  });
});
