/**
 * The libraries that a platform has wherever Node.js runs on it. What isn't on these lists must lie beside the plugin.
 * docs/publish.md names the sources.
 */
import type { Target } from './target.js';

/** `everywhere`: wherever Node.js runs. `mostly`: on machines with a desktop or a development system. */
export type Guarantee = 'everywhere' | 'mostly' | 'none';

/** The C library's own, and what Node.js itself is linked with (libstdc++, libgcc, libatomic). */
const glibc =
  /^(ld-linux[\w-]*\.so\.\d|ld64\.so\.[12]|lib(c\.so\.6|m\.so\.6|mvec\.so\.1|dl\.so\.2|rt\.so\.1|pthread\.so\.0|util\.so\.1|resolv\.so\.2|anl\.so\.1|gcc_s\.so\.1|stdc\+\+\.so\.6|atomic\.so\.1))$/;

/** The rest of the libraries that PEP 513 and PEP 600 let a manylinux wheel need: containers often lack them. */
const manylinux = new Set([
  'libnsl.so.1',
  'libX11.so.6',
  'libXext.so.6',
  'libXrender.so.1',
  'libICE.so.6',
  'libSM.so.6',
  'libGL.so.1',
  'libgobject-2.0.so.0',
  'libgthread-2.0.so.0',
  'libglib-2.0.so.0',
  'libexpat.so.1',
  'libz.so.1',
]);

/** musl answers these names itself; the other two Node.js is linked with. */
const musl =
  /^(libc\.musl-\w+\.so\.1|ld-musl-\w+\.so\.1|lib(c|m|dl|rt|pthread|util|xnet)\.so|libstdc\+\+\.so\.6|libgcc_s\.so\.1)$/;

/** The system's libraries and frameworks, which are in dyld's shared cache and have no file. */
const macos = /^\/(usr\/lib|System\/Library)\//;

/** In System32 of each Windows 10 and 11, and documented; `api-ms-win-*` are names for parts of these. */
const windows = new Set(
  `advapi32 avrt bcrypt bcryptprimitives cabinet cfgmgr32 comctl32 comdlg32 credui crypt32 cryptbase cryptui d2d1 d3d11
  d3d12 dbghelp dnsapi dwmapi dwrite dxgi dxva2 evr gdi32 gdiplus hid httpapi imagehlp imm32 iphlpapi kernel32
  kernelbase ksuser mf mfplat mfreadwrite mpr mscoree msimg32 mswsock msvcrt ncrypt netapi32 normaliz ntdll ole32
  oleacc oleaut32 opengl32 pdh powrprof propsys psapi rpcrt4 sechost secur32 setupapi shcore shell32 shlwapi synchronization
  ucrtbase user32 userenv usp10 uxtheme version webio wevtapi winhttp wininet winmm winspool.drv wintrust wlanapi
  wldap32 ws2_32 wsock32 wtsapi32 xmllite`.split(/\s+/),
);

/** Node.js is a program of another name in some applications; the addon's delay-load hook finds it. */
const program = /^node(\.exe|\.dll)?$/i;

export function guaranteeOf(library: string, { platform, libc }: Target): Guarantee {
  if (platform === 'darwin') return macos.test(library) ? 'everywhere' : 'none';
  if (platform === 'win32') {
    const name = library.toLowerCase().replace(/\.dll$/, '');
    const isSystem = windows.has(name) || /^(api|ext)-ms-/.test(name) || program.test(library);
    return isSystem ? 'everywhere' : 'none';
  }
  if (libc?.name === 'musl') return musl.test(library) ? 'everywhere' : 'none';
  if (glibc.test(library)) return 'everywhere';
  return manylinux.has(library) ? 'mostly' : 'none';
}

/** What helps where the platform hasn't got it. */
export function remedyFor(library: string, { platform }: Target): string {
  if (platform === 'win32') {
    return /^(vcruntime|msvcp|concrt|vcomp)\d/i.test(library)
      ? 'Link the runtime statically (/MT), as Node.js does, or ship the library beside the plugin.'
      : 'Ship it beside the plugin, or link it statically.';
  }
  const rpath = platform === 'darwin' ? '-Wl,-rpath,@loader_path' : "-Wl,-rpath,'$ORIGIN'";
  return `Ship it beside the plugin, linked with ${rpath}, or link it statically.`;
}
