import { writeWord } from './text';

/** The words that spans have for numbers of OTLP, which are those of pdata; nothing for a number that has none. */

export function writeSpanKind(at: usize, kind: u32): usize {
  switch (kind) {
    case 0:
      return writeWord(at, 'Unspecified');
    case 1:
      return writeWord(at, 'Internal');
    case 2:
      return writeWord(at, 'Server');
    case 3:
      return writeWord(at, 'Client');
    case 4:
      return writeWord(at, 'Producer');
    case 5:
      return writeWord(at, 'Consumer');
  }
  return at;
}

export function writeStatusCode(at: usize, code: u32): usize {
  switch (code) {
    case 0:
      return writeWord(at, 'Unset');
    case 1:
      return writeWord(at, 'Ok');
    case 2:
      return writeWord(at, 'Error');
  }
  return at;
}
