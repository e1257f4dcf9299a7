import { readdirSync, readFileSync } from 'node:fs';

/** What a process group has used so far. */
export interface Usage {
  /** User and system time of all threads, and of children that have ended. */
  cpuSeconds: number;
  /** Resident memory now. */
  residentBytes: number;
  /** The sum of what each process had resident at its highest. */
  residentPeakBytes: number;
}

/** The unit of times in /proc/PID/stat, whatever the kernel's own clock (sysconf _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** Adds up the processes of a group, as the kernel counts them. */
export function groupUsage(groupId: number): Usage {
  const total: Usage = { cpuSeconds: 0, residentBytes: 0, residentPeakBytes: 0 };
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = parseStat(readFileSync(`/proc/${entry}/stat`, 'utf8'));
      if (stat.groupId !== groupId) continue;
      total.cpuSeconds += stat.cpuSeconds;
      // The shell that guards the measured program is no part of it.
      if (stat.name === 'sh') continue;
      const memory = parseMemory(readFileSync(`/proc/${entry}/status`, 'utf8'));
      total.residentBytes += memory.residentBytes;
      total.residentPeakBytes += memory.residentPeakBytes;
    } catch {
      // It has ended since.
    }
  }
  return total;
}

/** @param text of /proc/PID/stat (man 5 proc_pid_stat). */
export function parseStat(text: string): { name: string; groupId: number; cpuSeconds: number } {
  // The name stands in parentheses, and may contain some.
  const nameEnd = text.lastIndexOf(')');
  const name = text.slice(text.indexOf('(') + 1, nameEnd);
  const fields = text.slice(nameEnd + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { name, groupId: Number(fields[2]), cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** @param text of /proc/PID/status. */
export function parseMemory(text: string): Pick<Usage, 'residentBytes' | 'residentPeakBytes'> {
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return { residentBytes: kib('VmRSS') * KIB, residentPeakBytes: kib('VmHWM') * KIB };
}
