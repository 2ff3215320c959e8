/** Would the system's loader take the image, and come through it? It looks at little before it follows. */
import { basename } from 'node:path';
import { type Image, imageFor, type OpenFile, openFile, readBinary } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import type { Check, HostFacts, OwnLibrary } from '../record.js';
import { alike, anywhere, fitsTls, here } from './loading-rules.js';
import { failed, ok, skipped } from './result.js';

/** What the other systems' loaders insist on can be read from the file alone. */
const loaders: Partial<Record<NodeJS.Platform, { format: Image['format']; name: string }>> = {
  darwin: { format: 'macho', name: 'dyld' },
  win32: { format: 'pe', name: "Windows' loader" },
};

export const checkLoader: Check = ({ image, path, source, libraries }, host) => {
  const loader = loaders[host.platform];
  if (loader && image?.format === loader.format && image.kind === 'shared') {
    if (image.fault) return [failed('loader', { ...image.fault, subject: path })];
    return [ok('loader', `nothing in its headers that ${loader.name} refuses`)];
  }
  const { loading } = image ?? {};
  // What is not a library is refused for that.
  if (!image || !loading || image.kind !== 'shared' || host.platform !== 'linux') return [];
  if (loading.fault) return [failed('loader', { ...loading.fault, subject: path })];
  if (image.arch !== host.arch) return [skipped('loader', `only a host for ${image.arch} can tell`)];
  for (const rule of host.target ? anywhere : [...anywhere, ...here]) {
    const problem = rule(loading, { image, path, source }, host);
    if (problem) return [failed('loader', { ...problem, subject: path })];
  }
  const own = libraries ? [...new Set(libraries.values())] : [];
  const problem = own.length > 0 ? ownProblem(image, own, host) : undefined;
  return [
    problem ? failed('loader', { subject: path, ...problem }) : ok('loader', 'nothing that it refuses'),
  ];
};

/** What the loader would come upon in a library that lies beside the plugin, or in all of them together. */
function ownProblem(plugin: Image, own: readonly OwnLibrary[], host: HostFacts): Problem | undefined {
  const storage = [plugin.loading?.staticTls];
  const seen = new Set<string>();
  for (const { path, copy, sha256 } of own) {
    if (seen.has(sha256)) continue;
    seen.add(sha256);
    const found = lookAt(path, copy ?? path, host);
    storage.push(found.staticTls);
    if (found.problem) return found.problem;
  }
  if (host.target || storage.filter(Boolean).length < 2) return undefined;
  const size = storage.reduce((sum, one) => sum + (one ? Math.ceil(one.size / one.align) * one.align : 0), 0);
  return fitsTls({ noOpen: false, packed: false, page: 0, staticTls: { size, align: 1 } }, undefined, host);
}

function lookAt(path: string, file: string, host: HostFacts): Found {
  let source: OpenFile | undefined;
  try {
    source = openFile(file);
    const image = imageFor(readBinary(source), host.arch);
    const { loading } = image;
    if (!loading || image.arch !== host.arch) return {};
    const { fault, staticTls } = loading;
    const rules = host.target ? anywhere : [...anywhere, ...alike];
    const looked = { image, path, source };
    const problem = fault ?? rules.map((rule) => rule(loading, looked, host)).find(Boolean);
    return { staticTls, problem: problem && naming(path, problem) };
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    // What isn't there, or is not a library, the checks of dependencies name.
    const [problem] = error.problems;
    return problem?.code.startsWith('MORTISE_ERR_BINARY_') ? { problem: naming(path, problem) } : {};
  } finally {
    source?.close();
  }
}

const naming = (path: string, problem: Problem): Problem => ({
  ...problem,
  subject: path,
  message: `${basename(path)}: ${problem.message}`,
});

interface Found {
  staticTls?: NonNullable<Image['loading']>['staticTls'];
  problem?: Problem;
}
