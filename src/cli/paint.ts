import { styleText } from 'node:util';

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours are for terminals only, and for those who have not said that they want none (https://no-color.org). */
export function painterFor(out: { isTTY?: boolean }): Paint {
  return out.isTTY === true && !process.env['NO_COLOR']
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text;
}
