import { type ListedSetting, listedSettings, settings } from './schema.js';
import { sections } from './sections.js';

const GENERATED = 'Generated from src/config/schema by "npm run docs"; edit there.';
const WIDTH = 110;

/** The page docs/configuration.md. */
export function renderReference(): string {
  return `<!-- ${GENERATED} -->
# Configuration

Settings come from, in order of precedence: flags, environment variables, a config file, defaults.

- **File**: \`--config FILE\` or \`OTELROWS_CONFIG=FILE\`; without either, \`otelrows.yaml\`, \`otelrows.yml\` or \`otelrows.json\` in
  the working directory, which is said in a line on standard error. YAML, and so JSON too. \`config/default.yaml\` shows every setting with its
  default; \`config/development.yaml\` and \`config/production.example.yaml\` are to start from.
- **Environment**: \`OTELROWS_\` and the path of the setting in capitals, joined by \`_\`. Lists of brokers are separated by commas; other
  lists and maps are JSON: \`OTELROWS_INPUTS='[{"topic":"otlp_spans","signal":"traces"}]'\`. A variable that is empty counts as not set.
  A secret can also be read from a file: \`OTELROWS_KAFKA_AUTH_SASL_PASSWORD_FILE=/run/secrets/kafka\`.
- **Flags**: the path of the setting joined by \`-\`: \`--producer-linger-ms 20\`. They take the same text as the environment.

**Values** are written alike in all three:

| what | how |
|---|---|
| true and false | \`true\`, \`yes\`, \`on\`, \`1\`; \`false\`, \`no\`, \`off\`, \`0\`; in capitals too |
| times | milliseconds, or with units: \`500ms\`, \`10s\`, \`2m\`, \`1h\`, \`1d\`, \`1m30s\` |
| sizes | bytes, or with a unit: \`kB\`, \`MB\`, \`GB\` are powers of 1000, \`KiB\`, \`MiB\`, \`GiB\` of 1024 |

\`null\` means "not set". Keys, variables and flags that do not exist are errors, and so are combinations that contradict each other: all of
them are listed at once, with the place each was written at. \`otelrows settings\` shows the config that results, secrets masked, with
where each value is from; \`--changed\` only what differs from the default, \`--json\` for programs, and \`--yaml\` as a config file to save.

${Object.keys(settings)
  .map(section => renderSection(section as keyof typeof settings))
  .join('\n')}`;
}

/** The file config/default.yaml: every setting, commented, at its default. */
export function renderDefaultFile(): string {
  const lines = [
    `# Every setting of otelrows at its default. ${GENERATED}`,
    '# A setting that several sections have is explained where it stands first. docs/configuration.md also has the',
    '# names of environment variables and flags.',
  ];
  const explained = new Set<string>();
  let open: string[] = [];
  for (const listed of listedSettings) {
    const keys = listed.path.split('.');
    const parents = keys.slice(0, -1);
    const shared = commonLength(open, parents);
    if (shared === 0) {
      const { title, about } = sections[keys[0] as keyof typeof settings];
      lines.push('', `# ── ${title} ${'─'.repeat(WIDTH - title.length - 6)}`, ...comment(about, 0));
    }
    for (let depth = shared; depth < parents.length; depth++)
      lines.push(`${indent(depth)}${parents[depth]}:`);
    open = parents;
    const depth = parents.length;
    const explanation = `${listed.setting.doc} Allowed: ${listed.setting.allowed}.`;
    if (!explained.has(explanation)) lines.push(...comment(explanation, depth));
    explained.add(explanation);
    lines.push(...renderValue(keys.at(-1) ?? '', listed.setting.default, depth));
  }
  return `${lines.join('\n')}\n`;
}

function renderSection(section: keyof typeof settings): string {
  const { title, about } = sections[section];
  const own = listedSettings.filter(({ path }) => path === section || path.startsWith(`${section}.`));
  return `## ${title}\n\n${about}\n\n${own.map(renderSetting).join('\n')}`;
}

function renderSetting({ path, env, flag, setting }: ListedSetting): string {
  const facts = [
    `- Allowed: ${setting.allowed}`,
    `- Default: ${renderDefault(setting.default)}`,
    `- Environment: \`${env}\`${setting.secret ? `, or \`${env}_FILE\` with the name of a file that holds it` : ''}`,
    `- Flag: \`${flag}\``,
    ...(setting.librdkafka === null ? [] : [`- librdkafka: \`${setting.librdkafka}\``]),
  ];
  return `### \`${path}\`\n\n${setting.doc}\n\n${facts.join('\n')}\n`;
}

function renderDefault(value: unknown): string {
  return typeof value === 'string' ? `\`${value}\`` : `\`${JSON.stringify(value)}\``;
}

/** Plain scalars stay plain; lists of maps get a line for each item. */
function renderValue(key: string, value: unknown, depth: number): string[] {
  if (!Array.isArray(value)) return [`${indent(depth)}${key}: ${flow(value)}`];
  if (value.length === 0) return [`${indent(depth)}${key}: []`];
  return [`${indent(depth)}${key}:`, ...value.map(item => `${indent(depth + 1)}- ${flow(item)}`)];
}

function flow(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([name, held]) => `${name}: ${flow(held)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function comment(prose: string, depth: number): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of prose.replaceAll('`', '').split(' ')) {
    if (indent(depth).length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent(depth) + line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, indent(depth) + line];
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const differs = b.findIndex((key, index) => a[index] !== key);
  return differs === -1 ? b.length : differs;
}
