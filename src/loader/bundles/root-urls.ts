/** Whether a private signature is for this host: its scheme, host and path. */

/** @param isGlob `*` stands for any characters but `/` and `.`, `**` for any */
export function isForUrl(given: string | undefined, urls: readonly string[], isGlob: boolean): boolean {
  const own = parsed(given);
  if (!own) return false;
  return urls.some((url) => {
    if (isGlob) {
      const [, scheme, rest] = /^([a-z]+):\/\/(.+)$/i.exec(url) ?? [];
      if (scheme === undefined || rest === undefined) return false;
      return (
        scheme.toLowerCase() === own.scheme && globOf(rest.replace(/\/+$/, '')).test(own.host + own.path)
      );
    }
    const one = parsed(url);
    return one !== undefined && one.scheme === own.scheme && one.host === own.host && one.path === own.path;
  });
}

function parsed(url: string | undefined): { scheme: string; host: string; path: string } | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  return { scheme: protocol.slice(0, -1), host, path: pathname.replace(/\/+$/, '') };
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^/.]*' : part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 'i');
}
