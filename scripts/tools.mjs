// What the build needs from the machine, where it is, and how to get it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const extensions = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];

/** The path of the first of `names` that is on PATH or in `folders`; undefined when there is none. */
export function which(names, folders = []) {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...folders].filter(Boolean);
  for (const name of names) {
    for (const place of /[/\\]/.test(name) ? [''] : places) {
      for (const extension of extensions) {
        const path = join(place, name + extension);
        try {
          accessSync(path, constants.X_OK);
          return path;
        } catch {}
      }
    }
  }
}

/** rustup's cargo is there before any toolchain is: only one that answers counts. */
function workingCargo(folders) {
  const path = which(['cargo'], folders);
  return path && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0 ? path : undefined;
}

/** CC="ccache gcc" names two programs; the first must be there. */
const chosen = (variable) => (process.env[variable] ? [process.env[variable].trim().split(/\s+/)[0]] : []);

const windows = process.platform === 'win32';
const mac = process.platform === 'darwin';
const get = (debian, brew = debian) =>
  windows
    ? 'install the Visual C++ Build Tools, https://visualstudio.microsoft.com/visual-cpp-build-tools/'
    : mac
      ? brew
      : `install it, on Debian or Ubuntu with: apt-get install ${debian}`;

/** Every tool the build knows: found at `path`, or else `install` says what to do. */
export function findTools() {
  const rustup = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  return {
    cmake: {
      what: 'CMake',
      path: which(['cmake']),
      install: get('cmake', 'install it with: brew install cmake'),
    },
    // On Windows cmake-js finds Visual Studio by itself, which isn't on PATH.
    cxx: {
      what: 'a C++17 compiler',
      path: windows ? 'msvc' : which([...chosen('CXX'), 'c++', 'g++', 'clang++']),
      install: get('g++', 'install it with: xcode-select --install'),
    },
    cc: {
      what: 'a C compiler',
      path: which([...chosen('CC'), 'cc', 'gcc', 'clang']),
      install: get('gcc libc6-dev', 'install it with: xcode-select --install'),
    },
    make: {
      what: 'make',
      path: which(['make', 'gmake']),
      install: get('make', 'install it with: xcode-select --install'),
    },
    // rustup adds its folder to PATH only in new shells.
    cargo: {
      what: 'Rust',
      path: workingCargo([rustup]),
      install: 'install it from https://rustup.rs, or, where rustup is there: rustup default stable',
    },
  };
}
