import { decodeText, encodeTextLossless } from '../../../src/values/text.js';
import { type Json, parseLossless } from '../../golden/lossless-json.js';

/** JSON taken apart and put together again, with room for what no encoder writes. */
export type JsonNode =
  | { kind: 'object'; members: JsonMember[] }
  | { kind: 'array'; elements: JsonNode[] }
  /** A scalar, or anything else, as it is written. */
  | { kind: 'text'; text: string };

export interface JsonMember {
  name: string;
  value: JsonNode;
  /** Is every character of the name written as an escape? */
  escaped: boolean;
}

export function textNode(text: string): JsonNode {
  return { kind: 'text', text };
}

export function jsonMember(name: string, value: JsonNode): JsonMember {
  return { name, value, escaped: false };
}

/** @returns a text node of everything when it is not JSON. */
export function parseJsonTree(bytes: Buffer): JsonNode {
  const text = decodeText(bytes);
  try {
    return nodeOf(parseLossless(text));
  } catch {
    return textNode(text);
  }
}

/** @param blank written between any two tokens. */
export function writeJsonTree(node: JsonNode, blank = ''): Buffer {
  return encodeTextLossless(textOf(node, blank));
}

export function copyNode(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { kind: 'array', elements: node.elements.map(copyNode) };
  if (node.kind === 'text') return { ...node };
  return {
    kind: 'object',
    members: node.members.map(member => ({ ...member, value: copyNode(member.value) })),
  };
}

/** The text in quotes; what stands for a byte that is not UTF-8 stays so, for `encodeTextLossless` to turn back. */
export function quoted(text: string): string {
  const parts = text.split(/([\udc80-\udcff])/u);
  return `"${parts.map((part, i) => (i % 2 === 1 ? part : JSON.stringify(part).slice(1, -1))).join('')}"`;
}

/** The text in quotes, with every UTF-16 unit as an escape where that means the same. */
export function escaped(text: string): string {
  const parts = text.split(/([\udc80-\udcff])/u);
  return `"${parts.map((part, i) => (i % 2 === 1 ? part : escapeAll(part))).join('')}"`;
}

function escapeAll(text: string): string {
  return text
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function nodeOf(json: Json): JsonNode {
  if (typeof json === 'string') return textNode(quoted(json));
  if (Array.isArray(json)) return { kind: 'array', elements: json.map(nodeOf) };
  if (typeof json === 'object' && json !== null && 'members' in json) {
    return { kind: 'object', members: json.members.map(([name, value]) => jsonMember(name, nodeOf(value))) };
  }
  return textNode(Object.is(json, -0) ? '-0' : String(json));
}

function textOf(node: JsonNode, blank: string): string {
  switch (node.kind) {
    case 'text':
      return blank + node.text + blank;
    case 'array':
      return `${blank}[${node.elements.map(element => textOf(element, blank)).join() || blank}]${blank}`;
    case 'object': {
      const members = node.members.map(
        ({ name, value, escaped: isEscaped }) =>
          `${blank}${isEscaped ? escaped(name) : quoted(name)}${blank}:${textOf(value, blank)}`,
      );
      return `${blank}{${members.join() || blank}}${blank}`;
    }
  }
}
