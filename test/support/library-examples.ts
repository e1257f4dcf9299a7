import { readFileSync } from 'node:fs';

/** The programs of docs/library.md, by the names that stand in their first lines. */
export function libraryExamples(): Map<string, string> {
  const page = readFileSync('docs/library.md', 'utf8');
  const programs = [...page.matchAll(/^```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)^```$/gm)];
  return new Map(programs.map(([, source = '', name = '']) => [name, source]));
}

/** Whether an example needs brokers to run. */
export function needsKafka(source: string): boolean {
  return source.includes('createProcessor(');
}
