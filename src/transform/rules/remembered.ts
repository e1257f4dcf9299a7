/** Longer texts are mostly not there twice. */
const TEXT_LENGTH_MAX = 256;

/** Texts that are remembered: senders choose them, so not any number of them. */
const TEXTS_MAX = 10_000;

/** The same function, with what it answered for short texts remembered: most attributes have few values. */
export function remembered<Answer>(answer: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return text => {
    if (text.length > TEXT_LENGTH_MAX) return answer(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const answered = answer(text);
    if (known.size === TEXTS_MAX) known.clear();
    known.set(text, answered);
    return answered;
  };
}
