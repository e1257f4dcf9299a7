/** What the compiler says of a source that it cannot read. */
interface SyntaxProblem {
  message: string;
  startLine: number;
}

/**
 * The JavaScript that a TypeScript source is without its types. Each type becomes blanks, so everything stays in its line and column.
 *
 * @throws SyntaxError with file and line.
 */
export async function stripTypes(source: string, path: string): Promise<string> {
  const { default: swc } = await import('@swc/wasm-typescript');
  try {
    return swc.transformSync(source, { mode: 'strip-only', filename: path }).code;
  } catch (error) {
    const { message, startLine } = error as SyntaxProblem;
    const advice = /strip-only mode/.test(message)
      ? '. Types are taken out and nothing is compiled: write what has no counterpart in JavaScript otherwise'
      : '';
    throw new SyntaxError(
      `${path}:${startLine}: ${message.replace(' in strip-only mode', ' here')}${advice}`,
    );
  }
}
