// Debian's Chromium, unpacked and driven over its debugging protocol: for tests and pictures of pages.
import { execFileSync, spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import remote from 'chrome-remote-interface';
import { debianPackages } from './debian.mjs';

const browser = 'chromium-headless-shell';

/** What apt would install for it on this machine; the browser alone where that can't be asked. */
function needed() {
  try {
    const args = ['-s', '--no-install-recommends', 'install', browser];
    const said = execFileSync('apt-get', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...said.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  } catch {
    return [browser];
  }
}

/** It looks for its data beside itself, and Debian has that in two packages: links to both, in a folder of their own. */
function together([own, common]) {
  const folder = join(dirname(own), `.${basename(own)}`);
  mkdirSync(folder, { recursive: true });
  for (const from of [own, common]) {
    const part = `${from}/usr/lib/chromium`;
    for (const file of readdirSync(part)) {
      try {
        linkSync(join(part, file), join(folder, file));
      } catch (error) {
        // Another run has made it, or it is a folder, which isn't needed.
        if (!['EEXIST', 'EPERM'].includes(error.code)) throw error;
      }
    }
  }
  return folder;
}

/** @returns {{ program: string, libraries: string } | undefined} undefined: it can't be had here */
export function chromium() {
  if (process.platform !== 'linux') return undefined;
  const packages = debianPackages([...new Set([browser, 'chromium-common', ...needed()])]);
  if (!packages) return undefined;
  const libraries = Object.values(packages).flatMap((folder) => {
    const triplet = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch];
    return [
      `${folder}/usr/lib/${triplet}`,
      `${folder}/lib/${triplet}`,
      `${folder}/usr/lib/${triplet}/pulseaudio`,
    ];
  });
  const folder = together([packages[browser], packages['chromium-common']]);
  return { program: join(folder, browser), libraries: libraries.join(':') };
}

/**
 * @returns a browser; `page(options)` opens one of its pages. To be closed.
 */
export async function openChromium({ program, libraries }) {
  const profile = mkdtempSync(join(tmpdir(), 'mortise-chromium-'));
  const child = spawn(
    program,
    [
      // Its own sandbox needs rights that containers don't give; it loads pages of this very process only.
      ...[
        '--no-sandbox',
        '--remote-debugging-port=0',
        '--disable-gpu',
        '--hide-scrollbars',
        '--no-first-run',
      ],
      ...['--disable-background-networking', '--disable-component-update', `--user-data-dir=${profile}`],
      'about:blank',
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: profile, LD_LIBRARY_PATH: libraries },
    },
  );
  const close = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const port = await new Promise((resolve) => {
    const said = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const [, found] = /^DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(line) ?? [];
      if (found) resolve(Number(found));
    });
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
  });
  if (port === undefined) {
    await close();
    return undefined;
  }
  return { close, page: (options) => openPage(port, options) };
}

/** @param {{ width?: number, height?: number, scheme?: 'light' | 'dark', scale?: number }} options */
async function openPage(port, { width = 1100, height = 800, scheme = 'light', scale = 1 } = {}) {
  const target = await remote.New({ port });
  const client = await remote({ port, target });
  const { Page, Runtime, Emulation, Input, Log, Network } = client;
  const errors = [];
  const requests = [];
  await Promise.all([Page.enable(), Runtime.enable(), Log.enable(), Network.enable()]);
  Runtime.exceptionThrown(({ exceptionDetails }) => errors.push(exceptionDetails.text));
  Log.entryAdded(({ entry }) => errors.push(entry.text));
  Network.requestWillBeSent(({ request }) => requests.push(request.url));
  await Emulation.setDeviceMetricsOverride({ width, height, deviceScaleFactor: scale, mobile: width < 600 });
  await Emulation.setEmulatedMedia({ features: [{ name: 'prefers-color-scheme', value: scheme }] });
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await Runtime.evaluate({
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    /** What the browser complained of, and what it asked for. */
    errors,
    requests,
    evaluate,
    async goto(url) {
      const loaded = Page.loadEventFired();
      await Page.navigate({ url });
      await loaded;
    },
    async press(key, code = key) {
      const text = { Enter: '\r', Space: ' ' }[code];
      const virtual = { Tab: 9, Enter: 13, Space: 32 }[code];
      const event = { key, code, windowsVirtualKeyCode: virtual, ...(text && { text }) };
      await Input.dispatchKeyEvent({ type: text ? 'keyDown' : 'rawKeyDown', ...event });
      await Input.dispatchKeyEvent({ type: 'keyUp', ...event });
    },
    /** PNG. */
    async picture() {
      const { data } = await Page.captureScreenshot({ format: 'png' });
      return Buffer.from(data, 'base64');
    },
    async close() {
      await remote.Close({ port, id: target.id });
      await client.close();
    },
  };
}
