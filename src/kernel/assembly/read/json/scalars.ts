import { enumNumber, reject } from '../../host';
import { Step, step } from '../../step';
import { readBase64 } from './base64';
import { readDouble } from './doubles';
import { readId } from './ids';
import {
  readEnumNumber,
  readFixed32,
  readFixed64,
  readInt64,
  readSfixed64,
  readSint32,
  readUint32,
  readUint64,
} from './integers';
import { enumOf, idBytesOf, isInOneof, Kind } from './schema';
import { readString } from './strings';
import { isNull, isTrue, QUOTE, readBool } from './tokens';
import { skipString } from './unknown';
import { writeVarint } from './wire-form';

/** Reads the value of a field that is no message, and writes it without its tag. */
export function readScalar(text: usize, wire: usize, field: usize, kind: u32): Step {
  switch (kind) {
    case Kind.String:
      return isNull(text) ? emptyString(text, wire, field) : readString(text, wire);
    case Kind.Bytes:
      return readBase64(text, wire);
    case Kind.Id:
      return readId(text, wire, idBytesOf(field));
    case Kind.Bool:
      store<bool>(wire, isTrue(text));
      return step(readBool(text), wire + 1);
    case Kind.Enum:
      return load<u8>(text) === QUOTE ? readEnumName(text, wire, field) : readEnumNumber(text, wire);
    case Kind.Double:
      return readDouble(text, wire);
    case Kind.Uint32:
      return readUint32(text, wire);
    case Kind.Sint32:
      return readSint32(text, wire);
    case Kind.Fixed32:
      return readFixed32(text, wire);
    case Kind.Int64:
      return readInt64(text, wire);
    case Kind.Uint64:
      return readUint64(text, wire);
    case Kind.Fixed64:
      return readFixed64(text, wire);
    case Kind.Sfixed64:
      return readSfixed64(text, wire);
  }
  reject();
  return 0;
}

/** `null`. In a oneof it depends on the other members. */
function emptyString(text: usize, wire: usize, field: usize): Step {
  if (isInOneof(field)) reject();
  store<u8>(wire, 0);
  return step(text + 4, wire + 1);
}

function readEnumName(text: usize, wire: usize, field: usize): Step {
  const end = skipString(text, wire);
  return step(end, writeVarint(wire, enumNumber(enumOf(field), text + 1, end - 1)));
}
