import type { ErrorCode, YAMLError } from 'yaml';
import { listedSettings } from './schema.js';

/** The message of the library for this code is always one of a few fixed texts: nothing of the file is in it. */
const AS_IT_SAYS = Symbol('the message of the library');

const PUT_IN_QUOTES = 'a value that begins with &, * or ! must be put in quotes';

/**
 * What each code of the library means, without the text of the file: it may be a password that should have been put in
 * quotes, and many of the library's own messages quote it. The property test in test/property/config-secrets.test.ts
 * looks for what slips through.
 */
const MEANINGS: Record<ErrorCode, string | typeof AS_IT_SAYS> = {
  ALIAS_PROPS: PUT_IN_QUOTES,
  BAD_ALIAS: PUT_IN_QUOTES,
  BAD_COLLECTION_TYPE: PUT_IN_QUOTES,
  BAD_PROP_ORDER: PUT_IN_QUOTES,
  MULTIPLE_ANCHORS: PUT_IN_QUOTES,
  MULTIPLE_TAGS: PUT_IN_QUOTES,
  TAG_RESOLVE_FAILED: PUT_IN_QUOTES,
  BAD_DIRECTIVE: 'a line that begins with % is none of ours; if it is a value, put it in quotes',
  BAD_DQ_ESCAPE:
    'between double quotes, this backslash and what follows mean nothing: write it twice, or use single quotes',
  BAD_INDENT: AS_IT_SAYS,
  BAD_SCALAR_START: 'a value that begins with @, `, %, | or > must be put in quotes',
  BLOCK_AS_IMPLICIT_KEY: AS_IT_SAYS,
  BLOCK_IN_FLOW: AS_IT_SAYS,
  DUPLICATE_KEY: 'this key is written twice',
  IMPOSSIBLE: 'something is wrong here',
  KEY_OVER_1024_CHARS: AS_IT_SAYS,
  MISSING_CHAR: AS_IT_SAYS,
  MULTILINE_IMPLICIT_KEY: AS_IT_SAYS,
  MULTIPLE_DOCS: 'a second document begins here (---); a config file holds one',
  NON_STRING_KEY: 'this key must be text',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAB_AS_INDENT: AS_IT_SAYS,
  UNEXPECTED_TOKEN:
    'something stands here that does not belong here; a value with characters that mean something in YAML must be put in quotes',
};

/** One sentence about a syntax error, never with a text that could be a value. */
export function explainSyntax({ code, message, pos }: YAMLError, text: string): string {
  const meaning = MEANINGS[code];
  if (meaning === AS_IT_SAYS) return `not valid YAML: ${message}`;
  return code === 'DUPLICATE_KEY' ? `${knownName(text, pos[0]) ?? 'this key'} is written twice` : meaning;
}

/** Only keys of ours: an entry of `{ password: a,b,b }` is taken for a key too. */
function knownName(text: string, offset: number): string | null {
  const written = /^["']?([\w.-]+)/.exec(text.slice(offset))?.[1];
  return written !== undefined && knownNames.has(written) ? written : null;
}

const knownNames = new Set(listedSettings.flatMap(({ path }) => path.split('.')));
