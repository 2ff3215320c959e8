// Called by npm itself, for `npm pack` in a clone and for an installation from git: such a package would have no addon.
// npm calls it before `npm run pack` as well, because of that name.
if (!process.env.npm_command?.startsWith('run')) {
  process.stderr.write(`A clone isn't a package: it has no addon for those who install it.
To make the packages: npm run build && npm run pack
To use a clone: npm ci && npm run build in it, and then npm install PATH-OF-THE-CLONE elsewhere.
`);
  process.exitCode = 1;
}
