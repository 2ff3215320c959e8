import { X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { expect, it } from 'vitest';
import { makeCertificate, readCertificate } from '../../../src/dialects/goplugin/certificate.js';

it('is a certificate of its own authority, for both sides', () => {
  const { certificate } = makeCertificate();
  const parsed = new X509Certificate(certificate);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.ca).toBe(true);
  expect(parsed.subjectAltName).toBe('DNS:localhost');
  expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']);
  expect(Date.parse(parsed.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(parsed.validTo)).toBeGreaterThan(Date.now() + 10 * 365 * 86_400_000);
  const others = new Set(
    Array.from({ length: 20 }, () => new X509Certificate(makeCertificate().certificate).serialNumber),
  );
  expect(others.size).toBe(20);
});

it('two sides trust each other by it, and nobody else', async () => {
  const [server, client, stranger] = [makeCertificate(), makeCertificate(), makeCertificate()];
  const listening = createServer({
    ...{ key: server.key, cert: server.certificate, ca: client.certificate },
    ...{ requestCert: true, rejectUnauthorized: true },
  });
  listening.on('secureConnection', (socket) => socket.end('hello')).on('tlsClientError', () => {});
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as { port: number };
  const ask = (own: { key: string; certificate: string }, trusted: string) =>
    new Promise<string>((resolve) => {
      let heard = '';
      connect({
        port,
        host: '127.0.0.1',
        servername: 'localhost',
        key: own.key,
        cert: own.certificate,
        ca: trusted,
      })
        .on('data', (data) => {
          heard += data;
        })
        .on('error', () => resolve('refused'))
        .on('close', () => resolve(heard || 'refused'));
    });
  expect(await ask(client, server.certificate)).toBe('hello');
  expect(await ask(stranger, server.certificate)).toBe('refused');
  expect(await ask(client, stranger.certificate)).toBe('refused');
  listening.close();
});

it('refuses what isn’t a certificate', () => {
  expect(() => readCertificate(Buffer.alloc(600, 1), 'kv')).toThrow(/MORTISE_ERR_HANDSHAKE/);
});
