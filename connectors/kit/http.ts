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
export function bodyText(response: HttpResponse): string {
  return new TextDecoder().decode(response.body);
}
