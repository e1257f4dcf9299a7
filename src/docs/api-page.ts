import { type Exported, exportedOf } from './exported.js';

const SECTIONS: Readonly<Record<Exported['kind'], string>> = {
  function: 'Functions',
  class: 'Errors',
  type: 'Types',
};

/**
 * The page docs/api.md: what the library exports, by what the compiler declares of it. Needs a build.
 *
 * @throws Error for an export without a comment.
 */
export function renderApiPage(): string {
  const exported = exportedOf(new URL('../../dist/index.d.ts', import.meta.url)).sort((a, b) =>
    a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
  );
  const sections = Object.entries(SECTIONS).map(([kind, title]) => {
    const ofKind = exported.filter(each => each.kind === kind);
    return `## ${title}\n\n${tableOf(ofKind)}\n${ofKind.map(renderExported).join('\n')}`;
  });
  return `# API reference

Made by \`npm run docs\` from the comments in the sources. [library.md](library.md) shows how they are used.

${sections.join('\n')}`;
}

function tableOf(exported: readonly Exported[]): string {
  const rows = exported.map(
    ({ name, doc }) => `| [\`${name}\`](#${anchorOf(name)}) | ${firstSentence(doc)} |\n`,
  );
  return `| | |\n|---|---|\n${rows.join('')}`;
}

function anchorOf(name: string): string {
  return name.toLowerCase();
}

function firstSentence(doc: string): string {
  const [text = ''] = partsOf(doc);
  const joined = text.replace(/\n- [\s\S]*$/, '').replaceAll('\n', ' ');
  return (/^.*?\.(?= |$)/.exec(joined)?.[0] ?? joined).replaceAll('|', '\\|');
}

function renderExported({ name, doc, declaration }: Exported): string {
  const [text = '', ...tags] = partsOf(doc);
  const examples = tags.flatMap(tag => (tag.startsWith('@example') ? [renderExample(tag)] : []));
  const others = tags.filter(tag => !tag.startsWith('@example')).map(renderTag);
  return [
    `### ${name}\n`,
    ...(text === '' ? [] : [`${text}\n`]),
    ...(others.length === 0 ? [] : [`${others.join('\n')}\n`]),
    ...examples,
    `\`\`\`ts\n${declaration}\n\`\`\`\n`,
  ].join('\n');
}

/** The text of a comment, and then each of its tags. */
function partsOf(doc: string): string[] {
  return `\n${doc}`.split(/\n(?=@\w)/).map(part => part.trim());
}

function renderTag(tag: string): string {
  const [, label = '', rest = ''] = /^@(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
  const text = rest.replace(/\s*\n\s*/g, ' ');
  const [, name = '', about = ''] = /^([\w.]+)\s+(.*)$/.exec(text) ?? [];
  if (label === 'param') return `- \`${name}\`: ${about}`;
  if (label === 'throws') return `- throws \`${name}\` ${about}`;
  return `- ${label} ${text}`;
}

/** The title of an example stands behind its tag, and its lines are indented. */
function renderExample(tag: string): string {
  const [title = '', ...lines] = tag.replace(/^@example\s?/, '').split('\n');
  const code = lines.map(line => line.replace(/^ {4}/, '')).join('\n');
  return `${title === '' ? '' : `${title}\n\n`}\`\`\`js\n${code.trim()}\n\`\`\`\n`;
}
