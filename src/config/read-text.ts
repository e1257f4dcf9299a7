/** Environment variables and flags hold text only. Text that does not read as the type is returned as it is, to be refused by name. */

export function readInteger(text: string): unknown {
  return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : text;
}

/** What stands for true and false in every source, in capitals too. YAML has only the first of each; its numbers are read by `readSwitch`. */
const TRUE = ['true', 'yes', 'on', '1'];
const FALSE = ['false', 'no', 'off', '0'];

export function readBoolean(text: string): unknown {
  const word = text.trim().toLowerCase();
  if (TRUE.includes(word)) return true;
  return FALSE.includes(word) ? false : text;
}

/** `1` and `0` of a config file, as those of the environment. */
export function readSwitch(number: number): unknown {
  return number === 1 || number === 0 ? number === 1 : number;
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES = {
  B: 1,
  KB: 1_000,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** Milliseconds: a number, or with units as Go and systemd write them: `500ms`, `10s`, `1.5h`, `1m30s`. */
export function readDuration(text: string): unknown {
  return readInUnits(text, MILLISECONDS);
}

/** Bytes: a number, or with a unit: `64KiB`, `1MB`. */
export function readSize(text: string): unknown {
  return readInUnits(text, BYTES);
}

function readInUnits(text: string, units: Readonly<Record<string, number>>): unknown {
  const parts = [...text.matchAll(/\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return readInteger(text);
  let sum = 0;
  for (const [, number, unit = ''] of parts) {
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (factor === undefined) return text;
    sum += Number(number) * factor;
  }
  // 0.3s is 299.99999999999994 ms otherwise.
  return Math.round(sum * 1e6) / 1e6;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function readNull(text: string): boolean {
  return text.trim() === 'null';
}
