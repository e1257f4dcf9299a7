/** Where the demo writes: coloured and with an updating line on a terminal, plain lines otherwise. */
export interface Screen {
  line(text?: string): void;
  /** A line that the next one of its kind replaces. Where lines cannot be replaced, one is shown every few seconds. */
  progress(text: string): void;
  clearProgress(): void;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const PLAIN_PROGRESS_INTERVAL_MS = 3_000;
const ERASE_LINE = '\r\u001b[2K';

export function createScreen(out: NodeJS.WriteStream): Screen {
  const styled = out.isTTY && !process.env['NO_COLOR'];
  const style = (code: number) => (text: string) => (styled ? `\u001b[${code}m${text}\u001b[0m` : text);
  let unfinished = false;
  const clearProgress = () => {
    if (unfinished) out.write(ERASE_LINE);
    unfinished = false;
  };
  let lastPlainAt = 0;
  return {
    line: (text = '') => {
      clearProgress();
      out.write(`${text}\n`);
    },
    progress: text => {
      if (out.isTTY) {
        out.write(`${ERASE_LINE}${text.slice(0, out.columns - 1)}`);
        unfinished = true;
      } else if (Date.now() - lastPlainAt >= PLAIN_PROGRESS_INTERVAL_MS) {
        lastPlainAt = Date.now();
        out.write(`${text}\n`);
      }
    },
    clearProgress,
    bold: style(1),
    dim: style(2),
    good: style(32),
    bad: style(31),
  };
}
