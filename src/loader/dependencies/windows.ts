/** Searches for libraries as the loader of Windows does. */
import { basename, dirname, join } from 'node:path';
import type { Loader } from './place.js';

/**
 * Windows' loader with an altered search path (LoadLibraryEx): what the process already has, API sets, the
 * plugin's directory, the system's directories, PATH.
 */
export function windowsLoader(env: NodeJS.ProcessEnv, program: string = process.execPath): Loader {
  const root = variable(env, 'SystemRoot') ?? 'C:\\Windows';
  const path = (variable(env, 'PATH') ?? '').split(';').filter(Boolean);
  return {
    misfit: 'stop',
    *places(name, needer) {
      const file = withSuffix(name);
      if (isApiSet(file) || isProgram(file, program)) {
        yield { file: name, label: 'the process', via: 'loaded', beside: false, system: 'without a file' };
        return;
      }
      let plugin = needer;
      while (plugin.loader) plugin = plugin.loader;
      const directory = dirname(plugin.path);
      yield { file: join(directory, file), label: directory, via: 'default', beside: true };
      for (const system of [join(root, 'System32'), join(root, 'System'), root]) {
        // Its libraries are complete, and redirect among themselves in ways of their own.
        yield { file: join(system, file), label: system, via: 'default', beside: false, system: 'complete' };
      }
      for (const place of path) {
        yield { file: join(place, file), label: place, via: 'environment', beside: false };
      }
    },
  };
}

/** Names that stand for a set of functions, not for a file (api-ms-win-crt-runtime-l1-1-0.dll). */
function isApiSet(name: string): boolean {
  return /^(api|ext)-ms-/i.test(name);
}

/** Addons import from node.exe, whatever the program is called; their delay-load hook redirects that. */
function isProgram(name: string, program: string): boolean {
  return [basename(program).toLowerCase(), 'node.exe'].includes(name.toLowerCase());
}

function withSuffix(name: string): string {
  return name.includes('.') ? name : `${name}.dll`;
}

/** Variables of Windows have no case; a plain object with them has. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  if (env[name] !== undefined) return env[name];
  const key = Object.keys(env).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : env[key];
}
