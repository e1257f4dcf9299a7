import type { ColumnType } from '../../src/tables/columns.js';
import { type Json, member } from './lossless-json.js';

/** The JSON that a stored value of the corpus must have in a clickhouse message with the default time settings. */
export function expectedJson(stored: Json, type: string): Json {
  const element = elementType(type);
  if (element !== undefined) return listOf(stored).map(value => expectedJson(value, element));
  switch (type as ColumnType) {
    case 'String':
    case 'LowCardinality(String)':
      return validText(stored);
    case 'Map(LowCardinality(String), String)':
      return {
        members: listOf(stored).map(
          pair => [validText(listOf(pair)[0]), validText(listOf(pair)[1])] as const,
        ),
      };
    case 'DateTime64(9)':
      return decimalSeconds(BigInt(String(stored)));
    case 'DateTime':
      return String(secondsOf(BigInt(String(stored)))).padStart(10, '0');
    case 'Float64':
      return comparable(stored, type);
    default:
      return stored;
  }
}

/** A column of a message as it compares with `expectedJson`: `1` and `1.0` are one float, and two things as text. */
export function comparable(json: Json, type: string): Json {
  const element = elementType(type);
  if (element !== undefined) return listOf(json).map(value => comparable(value, element));
  return type === 'Float64' && typeof json === 'bigint' ? Number(json) : json;
}

/** Text that is not UTF-8 stands as base64 in the corpus; a message has U+FFFD for each byte that is wrong. */
export function validText(stored: Json | undefined): string {
  if (typeof stored === 'string') return stored;
  const bytes = Buffer.from(String(member(stored, 'base64')), 'base64');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const character = [1, 2, 3, 4]
      .map(length => bytes.subarray(at, at + length))
      .find(candidate => isOneCharacter(candidate));
    text += character?.toString('utf8') ?? '\ufffd';
    at += character?.length ?? 1;
  }
  return text;
}

/** As `time_format: exact` says it: see docs/clickhouse.md. */
function decimalSeconds(unixNano: bigint): string {
  const date = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
  const second = 10n ** 9n;
  const fraction = String(((unixNano % second) + second) % second).padStart(9, '0');
  const since1900 = unixNano >= BigInt(Date.UTC(1900)) * 1_000_000n;
  if (unixNano < 0n && since1900) return `${date(Number(secondsBefore(unixNano)) * 1000)}.${fraction}`;
  return `${unixNano}`.replace(/\d+/, digits => digits.padStart(19, '0')).replace(/\d{9}$/, '.$&');
}

/** Seconds as the exporter converts them: rounded down, then cut to 32 bits. */
export function secondsOf(unixNano: bigint): bigint {
  return BigInt.asUintN(32, secondsBefore(unixNano));
}

function secondsBefore(unixNano: bigint): bigint {
  const second = 1_000_000_000n;
  const fraction = ((unixNano % second) + second) % second;
  return (unixNano - fraction) / second;
}

function isOneCharacter(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return [...text].length === 1 && Buffer.from(text).equals(bytes);
}

/** @throws when it is not a list */
export function listOf(json: Json | undefined): readonly Json[] {
  if (!Array.isArray(json)) throw new Error(`not a list: ${typeof json}`);
  return json;
}

/** The type of the elements of an array type. */
export function elementType(type: string): string | undefined {
  return /^Array\((.*)\)$/.exec(type)?.[1];
}
