const BROWSERS = [
  ['Edge', /\bEdg\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\bFirefox\//],
  ['Chromium', /Chrom(e|ium)\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;

/**
 * A User-Agent header in words, so that people recognise their sessions: "Firefox on Linux". Versions, and whatever else the
 * program tells of itself, are left out; of programs that are no browser the product's name is kept.
 */
export function describeAgent(userAgent: string): string {
  const nameOf = (known: readonly (readonly [string, RegExp])[]): string | undefined =>
    known.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser =
    nameOf(BROWSERS) ?? /^[A-Za-z][A-Za-z0-9._-]{0,39}/.exec(userAgent)?.[0] ?? 'Unknown program';
  const system = nameOf(SYSTEMS);
  return system === undefined ? browser : `${browser} on ${system}`;
}
