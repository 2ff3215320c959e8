/**
 * Plugins that can't have their own zlib, nghttp2 or OpenSSL, because they also use what the program has taken over from
 * the C library: they get Node.js's, and work with it.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { verify } from '../../../src/index.js';
import { spawnCli } from '../../cli/spawn.js';
import { directory } from '../../host/open.js';
import { packages, pluginDir, typesDb } from './parts.js';

/** Those whose libraries this machine has. */
const there = new Set<string>();
if (packages) {
  for (const name of ['ascent', 'bind', 'curl_xml', 'python']) {
    const { checks } = await verify(join(pluginDir, `${name}.so`));
    if (checks.every(({ status }) => status !== 'fail')) there.add(name);
  }
}
const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version'], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
})();
const wanted = ['ascent', 'bind', 'curl_xml', 'python'];
const lacks = [...wanted.filter((name) => !there.has(name)), ...(hasOpenssl ? [] : ['the command openssl'])];

const pages: Record<string, string> = {
  '/ascent': '<serverpage><status><alliance>3</alliance></status></serverpage>',
  '/bind':
    '<statistics version="3.5"><server><boot-time>2026-01-01T00:00:00Z</boot-time><current-time>2026-01-02T00:00:00Z</current-time><counters type="opcode"><counter name="QUERY">123</counter></counters></server><views/></statistics>',
  '/curl_xml': '<a><b>42.5</b></a>',
  '/python': 'of eighteen letters',
};

/** It is what Python brings of zlib, OpenSSL and environ. */
const script = (url: string, certificate: string) => `
import collectd, os, ssl, urllib.request, zlib
def read():
    context = ssl.create_default_context(cafile=${JSON.stringify(certificate)})
    body = urllib.request.urlopen(${JSON.stringify(url)}, context=context).read()
    assert zlib.decompress(zlib.compress(body * 1000)) == body * 1000
    assert os.environ['MORTISE_TEST'] == 'here'
    collectd.Values(type='gauge', plugin='python', values=[len(body)]).dispatch()
collectd.register_read(read)
`;

it.skipIf(lacks.length > 0)(
  `ascent, bind, curl_xml and python read over TLS and HTTP/2${lacks.length > 0 ? ` (not to be had here: ${lacks.join(', ')})` : ''}`,
  { timeout: 120_000 },
  async () => {
    const folder = directory();
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    const asked: Record<string, string> = {};
    const answer = (
      { url = '', httpVersion }: { url?: string; httpVersion: string },
      response: { setHeader(name: string, value: string): unknown; end(text: string): unknown },
    ) => {
      asked[url] = httpVersion;
      response.setHeader('content-type', 'text/xml');
      response.end(pages[url] ?? '');
    };
    const files = { key: readFileSync(key), cert: readFileSync(certificate), allowHTTP1: true };
    const secure = createSecureServer(files, answer).listen(0, '127.0.0.1');
    // bind can't be told whom to trust.
    const plain = createServer(answer).listen(0, '127.0.0.1');
    await Promise.all([once(secure, 'listening'), once(plain, 'listening')]);
    onTestFinished(() => {
      secure.close();
      plain.close();
      plain.closeAllConnections();
    });
    const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
    const url = `https://localhost:${port(secure)}`;
    mkdirSync(join(folder, 'python'));
    writeFileSync(join(folder, 'python/reads.py'), script(`${url}/python`, certificate));
    const conf = join(folder, 'collectd.conf');
    const load = wanted.map((name) => `LoadPlugin ${name}\n`).join('');
    writeFileSync(
      conf,
      `Hostname "here"
TypesDB "${typesDb}"
PluginDir "${pluginDir}"
${load}<Plugin ascent>
  URL "${url}/ascent"
  CACert "${certificate}"
</Plugin>
<Plugin bind>
  URL "http://localhost:${port(plain)}/bind"
  OpCodes true
</Plugin>
<Plugin curl_xml>
  <URL "${url}/curl_xml">
    CACert "${certificate}"
    <XPath "/a">
      Type "gauge"
      ValuesFrom "b"
    </XPath>
  </URL>
</Plugin>
<Plugin python>
  ModulePath "${join(folder, 'python')}"
  Import "reads"
  LogTraces true
</Plugin>
`,
    );
    const child = spawnCli(['collect', '-c', conf, '--once', '--json', '--limit', '90s'], {
      env: { MORTISE_TEST: 'here' },
    });
    const { code, stdout, stderr } = await child.ended;
    expect(`${code} ${stderr.replaceAll(/^.*MORTISE_WARN_PROCESS_SYMBOLS(.*\n)( {2}.*\n)*/gm, '')}`).toBe(
      '0 ',
    );
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { plugin: string; typeInstance: string; values: { value?: number } })
      .map(({ plugin, typeInstance, values }) => `${plugin} ${typeInstance} ${values.value}`);
    for (const one of ['ascent alliance 3', 'bind QUERY 123', 'curl_xml  42.5', 'python  19'])
      expect(read).toContain(one);
    expect(asked).toEqual({ '/ascent': '2.0', '/bind': '1.1', '/curl_xml': '2.0', '/python': '1.1' });
  },
);
