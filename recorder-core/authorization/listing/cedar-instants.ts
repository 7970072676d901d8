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
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  if (!exists || minute > 59 || second > 59) return undefined;
  const offset = readOffset(found[8], Number(found[9] ?? 0), Number(found[10] ?? 0));
  return offset === undefined ? undefined : BigInt(date.getTime()) - offset;
}

function readOffset(sign: string | undefined, hours: number, minutes: number): bigint | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  return BigInt(hours * 60 + minutes) * MINUTE_MS * (sign === '-' ? -1n : 1n);
}

const DURATION = /^(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [DAY_MS, 3_600_000n, MINUTE_MS, 1000n, 1n];

/** Milliseconds; undefined too where they are more than 64 bits hold. */
export function readDuration(text: string): bigint | undefined {
  const found = DURATION.exec(text);
  const amounts = found?.slice(2);
  if (found === null || amounts === undefined || amounts.every((amount) => amount === undefined))
    return undefined;
  const sign = found[1] === '-' ? -1n : 1n;
  const ms = amounts.reduce((sum, amount, at) => sum + BigInt(amount ?? 0) * (UNITS_MS[at] ?? 0n), 0n) * sign;
  return BigInt.asIntN(64, ms) === ms ? ms : undefined;
}
