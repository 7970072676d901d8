/** The only network a connector has: authenticated, egress-checked, budgeted and traced by the host. */

/** One request. The host adds the credential; a header of that name set here is overwritten. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute; its host and port must be on the connection's allow-list. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Whether the request may change the remote side. Default: `read` for GET and HEAD, else `write`. */
  readonly effect?: 'read' | 'write';
  /** How many requests the vendor counts it as; 1 by default. */
  readonly cost?: number;
  /** For the whole exchange, body included; the host's own limit still holds. */
  readonly timeoutMs?: number;
}

/** An answer of any status; header names are lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends one request, once. Resolves with an answer of any status but a redirect. Throws RemoteFailure:
 * `transient` when nothing was sent, `unknown_outcome` when a write was sent and not answered in full,
 * `config` for a refused address or a redirect, `throttled` when the budget asks for a longer wait.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** The body as UTF-8 text. */
export function bodyText(response: Pick<HttpResponse, 'body'>): string {
  return new TextDecoder().decode(response.body);
}

/** The body as JSON; undefined where it does not say that it is, as the page of a proxy, or cannot be read. */
export function bodyJson(response: Pick<HttpResponse, 'headers' | 'body'>): unknown {
  if (!/[/+]json\b/.test(response.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(bodyText(response)) as unknown;
  } catch {
    return undefined;
  }
}

/** The body as a JSON object (or list); undefined for anything else. */
export function bodyObject(response: Pick<HttpResponse, 'headers' | 'body'>): object | undefined {
  const json = bodyJson(response);
  return typeof json === 'object' && json !== null ? json : undefined;
}
