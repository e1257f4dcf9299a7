import { jsonParts } from './json-parts.js';

/** JSON on several lines, each value as it was written. */
export function prettyJson(json: string, indent = ''): string {
  const parts = jsonParts(json);
  if (parts === null) return json;
  const [open, close] = json.startsWith('{') ? ['{', '}'] : ['[', ']'];
  if (parts.length === 0) return open + close;
  const deeper = `${indent}  `;
  const lines = parts.map(({ key, value }) => {
    const name = key === null ? '' : `${JSON.stringify(key)}: `;
    return `${deeper}${name}${prettyJson(value, deeper)}`;
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
