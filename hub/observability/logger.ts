import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

/** The log of a process: JSON lines with ids, never names, numbers or content. */
export type Logger = PinoLogger;

/** Keys that may carry personal data or secrets; should one slip into a line, its value is removed. */
const REMOVED = [
  'address',
  'aor',
  'name',
  'authorization',
  'cookie',
  'token',
  'password',
  'credential',
  'body',
];

/** Opens the log of a role; every line carries role, node and, inside a trace, nothing else that identifies people. */
export function openLogger(
  role: string,
  node: string,
  level: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: { role, node },
    redact: { paths: REMOVED.flatMap((key) => [key, `*.${key}`]), censor: '[removed]' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What a log line says of an error: its kind, code and place; the private detail only of our own errors. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code, detail } = error as { code?: unknown; detail?: unknown };
  return {
    kind: error.name,
    code,
    message: error.message,
    ...(error.name === 'HoldfastError' ? { detail } : {}),
    stack: error.stack
      ?.split('\n')
      .slice(1, 6)
      .map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
