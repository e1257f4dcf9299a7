/** Whether a server of this version is at least another one. @param version as `26.2` or `26.2.4.31-lts`. */
export function isAtLeast(version: string, least: readonly [major: number, minor: number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(part => Number.parseInt(part, 10));
  return major > least[0] || (major === least[0] && minor >= least[1]);
}
