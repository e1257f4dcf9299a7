import type { Pattern } from '../../config/rules/pattern.js';

/** A text in which each match, or what the first group of it matched, is covered. */
export function replaceMatches(text: string, pattern: Pattern, cover: (text: string) => string): string {
  if (!pattern.test(text)) return text;
  const matcher = pattern.matcher(text);
  let covered = '';
  let end = 0;
  while (matcher.find()) {
    const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
    covered +=
      text.slice(end, matcher.start(group)) + cover(text.slice(matcher.start(group), matcher.end(group)));
    end = matcher.end(group);
  }
  return covered + text.slice(end);
}
