/** A JSON value without loss: integers of any size, minus zero, members that occur twice, and the order of members. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly members: readonly (readonly [name: string, value: Json])[];
}

/** @throws SyntaxError for text that is not exactly one JSON value. */
export function parseLossless(text: string): Json {
  const tokens = tokenize(text);
  const value = parseValue(tokens);
  if (tokens.length > 0) throw new SyntaxError(`unexpected ${tokens.at(-1)} after the value`);
  return value;
}

/** The value of a member that occurs once. */
export function member(object: Json | undefined, name: string): Json {
  const found = membersOf(object).filter(([key]) => key === name);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${name} occurs ${found.length} times`);
  return first[1];
}

export function membersOf(object: Json | undefined): JsonObject['members'] {
  if (typeof object !== 'object' || object === null || !('members' in object))
    throw new Error('not an object');
  return object.members;
}

const TOKEN = /\s*([{}[\],:]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*/uy;

/** The tokens last to first, to be popped. */
function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new SyntaxError(`not JSON at ${at}: ${text.slice(at, at + 40)}`);
    tokens.push(token);
  }
  return tokens.reverse();
}

function parseValue(tokens: string[]): Json {
  const token = tokens.pop();
  if (token === '{') return { members: parseList(tokens, '}', parseMember) };
  if (token === '[') return parseList(tokens, ']', parseValue);
  if (token === undefined || /^[}\],:]/.test(token)) throw new SyntaxError(`unexpected ${token ?? 'end'}`);
  if (/^-?\d+$/.test(token) && token !== '-0') return BigInt(token);
  return JSON.parse(token);
}

function parseMember(tokens: string[]): readonly [string, Json] {
  const name = parseValue(tokens);
  if (typeof name !== 'string' || tokens.pop() !== ':')
    throw new SyntaxError('a member is a string, a colon, a value');
  return [name, parseValue(tokens)];
}

function parseList<Element>(tokens: string[], end: string, parse: (tokens: string[]) => Element): Element[] {
  const elements: Element[] = [];
  if (tokens.at(-1) === end) {
    tokens.pop();
    return elements;
  }
  for (;;) {
    elements.push(parse(tokens));
    const separator = tokens.pop();
    if (separator === end) return elements;
    if (separator !== ',') throw new SyntaxError(`expected , or ${end}, found ${separator ?? 'the end'}`);
  }
}
