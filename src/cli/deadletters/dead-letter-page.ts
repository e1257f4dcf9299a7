import { recordName } from '../../kafka/names.js';
import type { InputRecord } from '../../kafka/ports.js';
import { type DeadLetterRecord, deadLetterOf } from '../../messages/dead-letter-record.js';
import { formatItems } from '../../messages/item-ranges.js';
import { prettyJson } from '../convert/pretty-json.js';
import { hexDump } from './hex-dump.js';

const SHOWN_BYTES_MAX = 4096;

/** All that a message of the dead-letter topic says, for reading. */
export function renderDeadLetter(record: InputRecord): string[] {
  const deadLetter = deadLetterOf(record);
  return [
    recordName(record),
    ...(deadLetter === null ? ['is no dead letter of otelrows'] : aboutDeadLetter(deadLetter)),
    '',
    `headers: ${(deadLetter?.headers ?? record.headers).length}`,
    ...(deadLetter?.headers ?? record.headers).map(({ key, value }) => `  ${key}: ${shortText(value)}`),
    `key: ${record.key === null ? 'none' : shortText(record.key)}`,
    ...valueLines(record.value, (deadLetter?.leftOut ?? null) === null),
  ];
}

function aboutDeadLetter(deadLetter: DeadLetterRecord): string[] {
  const { source, time, stage, reason, message, attempts, items, itemsListed } = deadLetter;
  return [
    `  record    ${recordName(source)}`,
    `  refused   ${time}, ${attempts === 1 ? 'once' : `${attempts} times`}`,
    `  reason    ${stage}: ${reason}`,
    `  message   ${message}`,
    ...(items === null
      ? []
      : [
          `  items     ${formatItems(items)}${itemsListed ? '' : ' and more'} (counted from 0; the others made rows)`,
        ]),
  ];
}

function valueLines(value: Buffer | null, complete: boolean): string[] {
  if (!complete)
    return ['value: left out, because it was too large; it is in the record, while the input topic keeps it'];
  if (value === null) return ['value: none'];
  const text = readable(value);
  if (text !== null) return [`value: ${value.length} bytes`, text];
  const shown = hexDump(value.subarray(0, SHOWN_BYTES_MAX));
  const more = value.length > SHOWN_BYTES_MAX ? ['… all of it with --raw or --out'] : [];
  return [`value: ${value.length} bytes`, ...shown, ...more];
}

/** JSON indented, other text as it is; `null` for bytes that are no text. */
function readable(value: Buffer): string | null {
  const text = value.toString('utf8');
  // Tab, line feed and carriage return are text; other control characters could do things to a terminal.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (!Buffer.from(text, 'utf8').equals(value) || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text))
    return null;
  try {
    JSON.parse(text);
    return prettyJson(text);
  } catch {
    return text;
  }
}

function shortText(bytes: Buffer): string {
  const text = readable(bytes);
  return text === null ? `0x${bytes.toString('hex')}` : text;
}
