/** The vendor's driver, with what it would do behind our back switched off. */
import { createRequire } from 'node:module';

/** A failure as the driver tells it. `code` is the server's own where the server answered. */
export interface DriverError {
  readonly code?: string | number;
  readonly sqlState?: string;
}

/** One statement as the driver takes it. */
export interface DriverStatement {
  readonly sqlText: string;
  readonly binds?: readonly (string | number | boolean | null)[];
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** With `PUT file://name …`: the file itself, which then need not be on a disk. */
  readonly fileStream?: Buffer;
  readonly complete: (error: DriverError | undefined, statement: DriverRows) => void;
}

/** A statement that was answered; its rows are read afterwards. */
export interface DriverRows {
  streamRows(): NodeJS.ReadableStream;
}

/** A session as the driver offers it. */
export interface DriverConnection {
  connect(done: (error: DriverError | undefined) => void): void;
  execute(statement: DriverStatement): void;
  destroy(done: (error: DriverError | undefined) => void): void;
  /** The session's tokens and when they end, as JSON that `deserializeConnection` of the same version reads. */
  serialize(): string;
}

/** One request of the driver, as its HTTP client gets it. */
export interface DriverRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly callback: (error: Error | null, response: DriverResponse | null, body: unknown) => void;
}

/** An answer as the driver reads it. */
export interface DriverResponse {
  readonly statusCode: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly getResponseHeader: (name: string) => string | undefined;
}

/** What stands in for the driver's own HTTP client, by which it would choose its way and repeat writes itself. */
export interface DriverHttpClient {
  request(request: DriverRequest): { abort(): void };
}

interface Driver {
  configure(options: object): void;
  createConnection(options: object): DriverConnection;
  /** A connection to a session that is signed in already; nothing is sent. */
  deserializeConnection(options: object, state: string): DriverConnection;
}

type MakeDriver = (options: object) => Driver;

/** Takes every line and keeps none: the driver's own log would write to a file and quote statements. */
class SilentLogger {
  easyLoggingConfigureCounter = 0;
  readonly configure = nothing;
  readonly error = nothing;
  readonly warn = nothing;
  readonly info = nothing;
  readonly debug = nothing;
  readonly trace = nothing;
}

function nothing(): void {
  // Nothing is logged.
}

/** Read by the driver while it is loaded: asking cloud metadata addresses who it is, and loading a native library. */
const SWITCHES = {
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  SNOWFLAKE_DISABLE_MINICORE: 'true',
} as const;

let loaded: MakeDriver | undefined;

function load(): MakeDriver {
  if (loaded !== undefined) return loaded;
  const before = { ...process.env };
  Object.assign(process.env, SWITCHES);
  try {
    // The package's own entry does the same with its own HTTP client and logger; 3.3.0 is pinned.
    const core = createRequire(import.meta.url)('snowflake-sdk/dist/lib/core') as MakeDriver;
    loaded = core;
    return core;
  } finally {
    for (const name of Object.keys(SWITCHES)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

/**
 * A driver whose requests go through `httpClient`. It is loaded at the first use, because it is large. Certificates are
 * checked as everywhere; lists of revoked ones are not asked for, because they stand on hosts outside any allow-list.
 */
export function loadDriver(httpClient: DriverHttpClient): Driver {
  const driver = load()({
    httpClient,
    loggerClass: SilentLogger,
    client: { version: '3.3.0', name: 'JavaScript', environment: {} },
  });
  // The driver's own reader of variants evaluates what is no JSON.
  driver.configure({
    disableOCSPChecks: true,
    useEnvProxy: false,
    jsonColumnVariantParser: (text: string): unknown => JSON.parse(text),
  });
  return driver;
}
