import { DEAD_LETTER_REASONS, deadLetterReasons } from '../dead-letter-reasons.js';

const BEGIN = '<!-- Made by "npm run docs" from src/dead-letter-reasons.ts; edit there. -->\n';
const END = '<!-- The end of what is made. -->\n';

/**
 * The page docs/dead-letters.md with its table of reasons as the list has them.
 * @throws Error when the page has no place for it.
 */
export function withReasonTable(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('the page has no place for the table of reasons');
  return `${page.slice(0, begin)}${BEGIN}${reasonTable()}${page.slice(end)}`;
}

function reasonTable(): string {
  const rows = deadLetterReasons.map(reason => {
    const { meaning, remedy } = DEAD_LETTER_REASONS[reason];
    return `| \`${reason}\` | ${meaning} | ${remedy} |\n`;
  });
  return `\n| reason | what is wrong | what to do |\n|---|---|---|\n${rows.join('')}\n`;
}
