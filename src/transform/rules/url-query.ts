/** Attributes that hold URLs or queries, by OpenTelemetry's semantic conventions, those before 1.21 included. */
export const URL_ATTRIBUTES = ['url.full', 'url.query', 'http.url', 'http.target'] as const;

/** A parameter, behind what separates it from the one before. */
const PARAMETER = /(^|[?&;])([^=&;?#]+)=([^&;#]*)/g;

/** A URL, or a query alone, in which the values of parameters with these names are replaced. */
export function withRedactedQuery(
  url: string,
  isNamed: (name: string) => boolean,
  cover: (value: string) => string,
): string {
  if (!url.includes('=')) return url;
  return url.replace(PARAMETER, (parameter, before: string, name: string, value: string) =>
    isNamed(decoded(name)) ? `${before}${name}=${cover(value)}` : parameter,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
