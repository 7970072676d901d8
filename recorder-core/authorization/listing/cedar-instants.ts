/** Cedar's `datetime` and `duration` texts, as its extension functions read them; undefined where they refuse them. */

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{3}))?(?:Z|([+-])(\d{2})(\d{2})))?$/;
const MINUTE_MS = 60_000n;
const DAY_MS = 86_400_000n;

/** Milliseconds since 1970; a date alone is its midnight in UTC. */
export function readDatetime(text: string): bigint | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second, ms] = found.slice(1, 8).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  // A day that the month has not is one of another month.
  const exists = date.getUTCMonth() === month - 1 && date.getUTCHours() === hour;
  if (!exists || minute > 59 || second > 59) return undefined;
  const offset = readOffset(found[8], Number(found[9] ?? 0), Number(found[10] ?? 0));
  return offset === undefined ? undefined : BigInt(date.getTime()) - offset;
}

function readOffset(sign: string | undefined, hours: number, minutes: number): bigint | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  const ms = BigInt(hours * 60 + minutes) * MINUTE_MS;
  return sign === '-' ? -ms : ms;
}

const DURATION = /^(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [DAY_MS, 3_600_000n, MINUTE_MS, 1000n, 1n];

/** Milliseconds; undefined too where they are more than 64 bits hold. */
export function readDuration(text: string): bigint | undefined {
  const found = DURATION.exec(text);
  if (found === null) return undefined;
  const amounts: readonly (string | undefined)[] = found.slice(2);
  if (amounts.every((amount) => amount === undefined)) return undefined;
  const sum = amounts.reduce((before, amount, at) => before + BigInt(amount ?? 0) * (UNITS_MS[at] ?? 0n), 0n);
  const ms = found[1] === '-' ? -sum : sum;
  return BigInt.asIntN(64, ms) === ms ? ms : undefined;
}
