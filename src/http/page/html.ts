/** Markup that may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: texts are escaped, markup is not, and nothing is shown of `null` and `false`. */
export type Content = string | number | Html | null | false | readonly Content[];

/**
 * Markup of a template: html`<td>${topic}</td>`. Names of topics, rules and counts are what users and senders chose, so what is
 * put into a template is escaped here and nowhere else; attributes have to be quoted in it.
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, i) => part + textOf(contents[i] ?? null)).join(''));
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function textOf(content: Content): string {
  if (content === null || content === false) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return String(content).replaceAll(/[&<>"']/g, character => ESCAPES[character] ?? '');
}
