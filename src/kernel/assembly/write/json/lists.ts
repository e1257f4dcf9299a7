import { isGlassflow } from '../../settings';
import { writeWord } from '../text';

/** JSON lists: `openList`, each element and a comma, `closeList`, which takes the place of the last comma. */

const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;
const COMMA: u8 = 0x2c;

export function openList(at: usize): usize {
  store<u8>(at, OPEN);
  return at + 1;
}

export function writeComma(at: usize): usize {
  store<u8>(at, COMMA);
  return at + 1;
}

export function closeList(at: usize): usize {
  const to = load<u8>(at - 1) === COMMA ? at - 1 : at;
  store<u8>(to, CLOSE);
  return to + 1;
}

/** The same for a list of a data point, which glassflowexporter writes as null when it was never filled. */
export function closePointList(at: usize): usize {
  return isGlassflow && load<u8>(at - 1) === OPEN ? writeWord(at - 1, 'null') : closeList(at);
}
