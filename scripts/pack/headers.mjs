// For authors of plugins in C who have no Node.js: the headers and the cells, with a CMake package and a pkg-config file.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTarball } from './tarball.mjs';

const { version, homepage = '' } = JSON.parse(readFileSync('package.json', 'utf8'));

const cmakePackage = `# find_package(mortise) gives mortise::mortise, the headers, and mortise::services, the cells of mortise's own services:
#   target_link_libraries(my_plugin PRIVATE mortise::mortise)
get_filename_component(mortise_root "\${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET mortise::mortise)
  add_library(mortise::mortise INTERFACE IMPORTED)
  set_target_properties(mortise::mortise PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "\${mortise_root}/include")
endif()
if(NOT TARGET mortise_services)
  add_subdirectory("\${mortise_root}/cells" mortise_services EXCLUDE_FROM_ALL)
  add_library(mortise::services ALIAS mortise_services)
endif()
`;

const cmakeVersion = `set(PACKAGE_VERSION "${version}")
if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE FALSE)
else()
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
  if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
endif()
`;

const pkgConfig = `prefix=\${pcfiledir}/../..
includedir=\${prefix}/include

Name: mortise
Description: Headers for plugins of mortise, a native plugin host
Version: ${version}
${homepage && `URL: ${homepage}\n`}Cflags: -I\${includedir}
`;

/** Packs mortise-c-VERSION.tgz. */
export function packHeaders(folder) {
  const name = `mortise-c-${version}`;
  const stage = join(folder, name);
  for (const path of ['include', 'cells', 'LICENSE', 'docs/write-a-plugin-in-c.md', 'docs/abi.md']) {
    cpSync(path, join(stage, path), { recursive: true });
  }
  for (const [path, text] of [
    ['lib/cmake/mortise/mortise-config.cmake', cmakePackage],
    ['lib/cmake/mortise/mortise-config-version.cmake', cmakeVersion],
    ['lib/pkgconfig/mortise.pc', pkgConfig],
  ]) {
    mkdirSync(join(stage, path, '..'), { recursive: true });
    writeFileSync(join(stage, path), text);
  }
  return packTarball(stage, folder, name);
}
