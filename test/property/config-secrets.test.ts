import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { ConfigInvalid } from '../../src/errors.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

/** Stands somewhere in the secret; nothing that is told of the config may hold it. */
const MARK = 'hunter2471147';

// What means something in YAML or to us, and a little that does not.
const character = fc.constantFrom(...' ,:;={}[]|>&*!%@`"\'#-?\\$/~\t\n\ra0é');
const phrase = fc.constantFrom(', ', ': ', ' = ', ' #', '- ', '? ', '\n  ', '\n      ', '\r\n', '---', '...');
const construct = fc.constantFrom(
  ...[
    '{{',
    '}}',
    '}}}',
    '],',
    '},',
    '|-',
    '!!binary ',
    '!!map ',
    '&a ',
    '*a',
    '<<: ',
    '\\x',
    '\\u',
    '//',
    'null',
  ],
);
const around = fc
  .array(fc.oneof(character, phrase, construct), { maxLength: 4 })
  .map(parts => parts.join(''));
const secret = fc.tuple(around, around).map(([before, after]) => before + MARK + after);

/** Between the key and its value: as it should be, or not. */
const colon = fc.constantFrom(
  ': ',
  ': ',
  ': ',
  ':',
  ' ',
  '=',
  ' = ',
  ':\t',
  ': |',
  ': >-',
  ':\n',
  ': - ',
  ': ? ',
);
const quotes = fc.constantFrom(['', ''], ['"', '"'], ["'", "'"], ['"', ''], ["'", ''], ['', '"'], ['{', '}']);

/** Where secrets are written, rightly or by mistake, and what may stand before them. */
const place = fc.constantFrom(
  { parents: ['kafka', 'auth', 'sasl'], key: 'password', before: ['mechanism: PLAIN', 'username: me'] },
  { parents: ['kafka', 'auth', 'sasl'], key: 'pasword', before: ['username:'] },
  { parents: ['kafka', 'aut', 'sasl'], key: 'password', before: [] },
  { parents: ['kafka', 'sasl'], key: 'password', before: ['mechanism: PLAI'] },
  { parents: ['kafka'], key: 'password', before: ['client_id: a', 'brokers: [a:1]'] },
  { parents: ['kafka', 'tls'], key: 'key_password', before: ['enabled: true', 'ca_file: no-such.pem'] },
  {
    parents: ['kafka', 'auth', 'sasl', 'oauthbearer'],
    key: 'client_secret',
    before: ['token_endpoint_url: ftp://a/', 'scope: s'],
  },
  { parents: ['kafka', 'custom', 'consumer'], key: 'sasl.password', before: ['debug: all'] },
  { parents: ['kafka', 'custom', 'producer'], key: 'ssl.key.pem', before: [] },
  { parents: ['kafka', 'custom'], key: 'sasl.password', before: ['consumer: {}'] },
);

const inJson = fc.tuple(place, colon, quotes, secret).map(([{ parents, key, before }, ...entry]) => {
  const entries = [...before, key + written(entry), 'x: 1'].map(line => line.replace(/^[\w.]+/, '"$&"'));
  return `${parents.map(parent => `{"${parent}": `).join('')}{${entries.join(', ')}}${'}'.repeat(parents.length)}`;
});

const betweenBraces = fc
  .tuple(place, fc.nat(4), colon, quotes, secret)
  .map(([{ parents, key, before }, depth, ...entry]) => {
    const inner = parents.slice(depth + 1);
    const lines = parents.slice(0, depth + 1).map((parent, level) => `${'  '.repeat(level)}${parent}:`);
    const braces = `{ ${[...before, key + written(entry), 'x: 1'].join(', ')} }`;
    const nested = `${inner.map(parent => `{${parent}: `).join('')}${braces}${'}'.repeat(inner.length)}`;
    return `${lines.join('\n')} ${nested}\ndry_run: true\n`;
  });

const onLines = fc
  .tuple(place, fc.nat(10), colon, quotes, secret)
  .map(([{ parents, key, before }, indent, ...entry]) => {
    const own = '  '.repeat(parents.length);
    const lines = [
      ...parents.map((parent, level) => `${'  '.repeat(level)}${parent}:`),
      ...before.map(line => own + line),
      `${' '.repeat(indent)}${key}${written(entry)}`,
      `${own}debug: all`,
      'dry_run: true',
    ];
    return `${lines.join('\n')}\n`;
  });

/** A name, a colon and a value on a line of their own are a key and its value, whatever else they were meant to be. */
const MARK_IS_A_KEY = new RegExp(`${MARK}[\\w.-]*["']?\\s*:(\\s|$)`);
const config = fc
  .oneof(inJson, betweenBraces, onLines)
  .filter(text => !MARK_IS_A_KEY.test(text) || !/[\r\n]/.test(text));

it('shows no piece of a secret, whatever is wrong with the config file', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  fc.assert(
    fc.property(config, text => {
      expect(problemsOf(write('config.yaml', text)).join('\n')).not.toContain(MARK);
    }),
    { numRuns: 300 },
  );
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

function written([colon, [open, close], text]: readonly [string, readonly string[], string]): string {
  return `${colon}${open}${text}${close}`;
}

function problemsOf(file: string): readonly string[] {
  try {
    loadConfig({ file });
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems;
  }
  return [];
}
