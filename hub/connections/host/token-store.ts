/** Where the tokens of connections are kept, so that all workers share them and only one at a time asks for a new one. */

/** Whose token it is. */
export interface ConnectionRef {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** A token as an authorization server gave it. Times in milliseconds since the epoch. */
export interface Token {
  readonly accessToken: string;
  readonly obtainedAt: number;
  /** Null where the server does not say; it is then used until it is refused. */
  readonly expiresAt: number | null;
}

/** Why there is no token: the server refused the credential, or a person has to consent anew. */
export interface TokenRefusal {
  readonly state: 'refused' | 'needs-consent';
  /** The server's machine-readable word for it, such as `invalid_grant`. */
  readonly code: string | null;
  /** Refusals in a row. */
  readonly count: number;
  /** Nobody asks again before. */
  readonly retryAt: number;
}

/** What is known of the tokens of a connection. */
export interface TokenRecord {
  readonly token: Token | null;
  readonly refusal: TokenRefusal | null;
}

/** The right to ask for a token. It ends by itself, so that a worker that dies blocks nobody. */
export interface TokenLease extends TokenRecord {
  /** What is kept under an older lease than the newest is thrown away. */
  readonly fence: number;
  /** The newest refresh token that is known; null where there is none. */
  readonly refreshToken: string | null;
}

/** A lease and the credential that it was taken for. */
export interface MarkedLease extends TokenLease {
  readonly mark: string;
}

/**
 * The port. `mark` says which credential a token came from: what was kept for another is as if it were not there, and
 * what is kept takes its place.
 */
export interface TokenStore {
  read(of: ConnectionRef, mark: string): Promise<TokenRecord | undefined>;
  /** Undefined while somebody else has the lease. */
  claim(of: ConnectionRef, mark: string, forMs: number): Promise<TokenLease | undefined>;
  /** Keeps a token, and before it can be used the refresh token that came with it. False when the lease was overtaken. */
  keep(
    of: ConnectionRef,
    lease: MarkedLease,
    got: Token & { readonly refreshToken: string | null },
  ): Promise<boolean>;
  /** Gives the lease back; with a refusal that all workers heed. */
  release(of: ConnectionRef, lease: MarkedLease, refusal: TokenRefusal | null): Promise<void>;
}

interface Kept extends TokenRecord {
  readonly mark: string;
  readonly refreshToken: string | null;
}

/** Tokens that live as long as the process, for one worker alone. */
export function createMemoryTokenStore(): TokenStore {
  const kept = new Map<string, Kept>();
  const leases = new Map<string, { fence: number; held: boolean }>();
  const keyOf = ({ tenantId, connectionId }: ConnectionRef): string => `${tenantId}/${connectionId}`;
  const find = (of: ConnectionRef, mark: string): Kept | undefined => {
    const found = kept.get(keyOf(of));
    return found?.mark === mark ? found : undefined;
  };
  const end = (of: ConnectionRef, fence: number): boolean => {
    const lease = leases.get(keyOf(of));
    if (lease?.fence !== fence || !lease.held) return false;
    lease.held = false;
    return true;
  };
  return {
    read: (of, mark) => Promise.resolve(find(of, mark)),
    claim(of, mark) {
      const before = leases.get(keyOf(of));
      if (before?.held === true) return Promise.resolve(undefined);
      const fence = (before?.fence ?? 0) + 1;
      leases.set(keyOf(of), { fence, held: true });
      const { token, refusal, refreshToken } = find(of, mark) ?? NOTHING;
      return Promise.resolve({ fence, token, refusal, refreshToken });
    },
    keep(of, { fence, mark }, { refreshToken, ...token }) {
      if (!end(of, fence)) return Promise.resolve(false);
      const older = find(of, mark)?.refreshToken ?? null;
      kept.set(keyOf(of), { mark, token, refusal: null, refreshToken: refreshToken ?? older });
      return Promise.resolve(true);
    },
    release(of, { fence, mark }, refusal) {
      if (end(of, fence) && refusal !== null)
        kept.set(keyOf(of), { ...NOTHING, ...find(of, mark), mark, refusal });
      return Promise.resolve();
    },
  };
}

const NOTHING: Omit<Kept, 'mark'> = { token: null, refusal: null, refreshToken: null };
