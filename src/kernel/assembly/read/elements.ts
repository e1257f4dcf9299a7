import { clear } from '../copy';
import { reject } from '../host';
import { ELEMENTS, ELEMENTS_END, OVERRUN } from '../memory';
import { Reason } from '../reason';

/** Where the elements of lists lie that items have: events, links, exemplars, quantiles. */

export let elementsEnd: usize = ELEMENTS;

export function beginElements(): void {
  elementsEnd = ELEMENTS;
}

/** A place of zeros for an element of so many bytes. */
export function newElement(bytes: usize): usize {
  const element = elementsEnd;
  if (element + bytes + OVERRUN > ELEMENTS_END) reject(Reason.TooLarge);
  clear(element, bytes);
  elementsEnd += bytes;
  return element;
}
