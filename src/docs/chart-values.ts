const BEGIN = '<!-- Made by "npm run docs" from values.yaml; edit there. -->\n';
const END = '<!-- The end of what is made. -->\n';

/**
 * The chart's README with a table of the values that values.yaml has.
 * @param values the text of values.yaml, whose comments describe what stands below them.
 * @throws Error when the page has no place for it.
 */
export function withChartValues(page: string, values: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('the page has no place for the values of the chart');
  return `${page.slice(0, begin)}${BEGIN}${valueTables(values)}${page.slice(end)}`;
}

/**
 * Read by line and not by a YAML parser, which gives some comments to the map around them: the file is ours, written as two
 * spaces for each level, a comment above its key, and lists on one line where they are defaults.
 */
function valueTables(values: string): string {
  const out: string[] = [];
  const path: string[] = [];
  let comment: string[] = [];
  for (const line of values.split('\n')) {
    const heading = /^# ── (.*?) ─+$/.exec(line)?.[1];
    const words = /^ *# ?(.*)$/.exec(line)?.[1];
    const [, indent = '', key, value = ''] = /^( *)([\w]+):(?: (.*))?$/.exec(line) ?? [];
    if (heading !== undefined) {
      out.push(`\n### ${heading}\n\n| value | default | |\n|---|---|---|\n`);
      comment = [];
    } else if (words !== undefined) comment.push(words);
    else if (key === undefined) comment = [];
    else {
      path.length = indent.length / 2;
      path.push(key);
      const [shown, text] = [value.trim(), comment.join(' ').replaceAll('|', '\\|')];
      // A map is told of where there is something to say of it; its keys are rows of their own.
      if (shown !== '' || text !== '')
        out.push(
          `| \`${path.join('.')}\` | ${shown === '' ? '' : `\`${shown.replaceAll('|', '\\|')}\``} | ${text} |\n`,
        );
      comment = [];
    }
  }
  return `${out.join('')}\n`;
}
