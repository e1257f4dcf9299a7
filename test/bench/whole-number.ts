/** The value of an option. @throws Error when it is none. */
export function wholeNumber(option: string, text: string): number {
  const digits = text.replaceAll(/[,_]/g, '');
  if (!/^[1-9]\d{0,9}$/.test(digits)) throw new Error(`${option} takes a whole number from 1, not ${text}`);
  return Number(digits);
}
