import { readFileSync } from 'node:fs';

/** Also from `src`: what of the page is compiled is there after a build only, as the rest of it. */
const FOLDER = new URL('../../dist/http/page/', import.meta.url);

const SCRIPT = 'text/javascript; charset=utf-8';

const FILES = {
  'format.js': SCRIPT,
  'html.js': SCRIPT,
  'icon.svg': 'image/svg+xml',
  'live.mjs': SCRIPT,
  'rates.js': SCRIPT,
  'render.js': SCRIPT,
  'style.css': 'text/css; charset=utf-8',
};

export interface PageFile {
  contentType: string;
  body: Buffer;
}

/** The files that a browser loads for the status page, by their paths on the server. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  return new Map(
    Object.entries(FILES).map(([name, contentType]) => [
      `/page/${name}`,
      { contentType, body: readFileSync(new URL(name, FOLDER)) },
    ]),
  );
}
