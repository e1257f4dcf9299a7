/** In front of what the hooks are asked for a package: its name, and the URL of a file beside which it is looked for. */
export const PACKAGE_SCHEME = 'otelrows-package:';

export function packageSpecifier(name: string, from: string): string {
  return PACKAGE_SCHEME + encodeURIComponent(JSON.stringify({ name, from }));
}
