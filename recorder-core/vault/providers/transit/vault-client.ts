/** The HTTP API of Vault and OpenBao, as far as transit needs it: token, namespace, errors. */
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { HoldfastError } from '../../../errors.ts';
import { askJson, type JsonAnswer } from '../remote/ask-json.ts';
import { PassingFault, RemoteCalls, type RemoteLimits, type Repeatable } from '../remote/remote-calls.ts';

/** Where the service is and who we are to it. */
export interface VaultSettings {
  /** Origin, such as `https://vault.example:8200`. */
  readonly url: string;
  /** File with the token; read for every call, so that whoever renews it may write a new one. */
  readonly tokenFile: string;
  readonly namespace?: string | undefined;
  /** Certificate authorities in PEM to trust instead of the system's. */
  readonly caFile?: string | undefined;
}

/** What an answer says. */
export interface VaultAnswer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** What went wrong, in Vault's words; they hold no secret. */
  readonly errors: readonly string[];
}

const RENEW_AGAIN_MS = 5_000;

/** Asks Vault; renews its token when half of its life is over. */
export class VaultClient {
  readonly #settings: VaultSettings;
  readonly #calls: RemoteCalls;
  readonly #now: () => number;
  #agent: Agent | undefined;
  #renewedToken: string | undefined;
  #renewAt = 0;

  constructor(settings: VaultSettings, limits: Partial<RemoteLimits> = {}, now = () => performance.now()) {
    this.#settings = settings;
    this.#calls = new RemoteCalls(`The key service at ${settings.url}`, limits);
    this.#now = now;
  }

  /**
   * One call. Answers of 400 and 404 are the caller's to understand.
   * @throws key_unavailable when the service cannot be reached, is sealed or refuses the token.
   */
  async ask(method: string, path: string, repeatable: Repeatable, body?: unknown): Promise<VaultAnswer> {
    await this.#renew();
    const answer = await this.#send(method, path, repeatable, body);
    if (answer.status === 403) throw refused(this.#settings.url, path);
    return answer;
  }

  close(): void {
    this.#agent?.destroy();
  }

  /**
   * A token that cannot be renewed is used as long as it lives; that it has ended is seen by the call itself. After a
   * passing fault the next call but a few seconds later tries again.
   */
  async #renew(): Promise<void> {
    const token = await readToken(this.#settings.tokenFile);
    if (token === this.#renewedToken && this.#now() < this.#renewAt) return;
    this.#renewedToken = token;
    this.#renewAt = this.#now() + RENEW_AGAIN_MS;
    const answer = await this.#send('POST', 'auth/token/renew-self', 'once', {}).catch(() => undefined);
    if (answer === undefined) return;
    const seconds = answer.auth['lease_duration'];
    const isRenewed = answer.status === 200 && typeof seconds === 'number' && seconds > 0;
    this.#renewAt = isRenewed ? this.#now() + seconds * 500 : Infinity;
  }

  #send(
    method: string,
    path: string,
    repeatable: Repeatable,
    body: unknown,
  ): Promise<VaultAnswer & { auth: Record<string, unknown> }> {
    return this.#calls.run(repeatable, async (signal) => {
      const { url, namespace, tokenFile } = this.#settings;
      const headers = {
        'x-vault-token': await readToken(tokenFile),
        'x-vault-request': 'true', // proves to an agent in between that no browser was tricked into asking
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
      };
      this.#agent ??= await openAgent(this.#settings.caFile);
      const address = new URL(`/v1/${path}`, url);
      return understood(await askJson({ url: address, method, headers, body, agent: this.#agent, signal }));
    });
  }
}

function understood({ status, body }: JsonAnswer): VaultAnswer & { auth: Record<string, unknown> } {
  const { data, errors, auth } = recordOf(body);
  const words = Array.isArray(errors) ? errors.filter((word) => typeof word === 'string') : [];
  if (words.some((word) => /sealed/i.test(word))) throw new PassingFault('it is sealed');
  // 412 and 429: a standby that is behind, a limit of the rate. 472, 473: a standby that does not forward.
  if (status >= 500 || [412, 429, 472, 473].includes(status)) throw new PassingFault(`HTTP ${status}`);
  if (status >= 300 && status < 400) {
    throw new HoldfastError(
      'key_unavailable',
      'The key service sends us on to another address, which is not followed with a token in hand. Give the address of its active node.',
    );
  }
  return { status, data: recordOf(data), errors: words, auth: recordOf(auth) };
}

async function openAgent(caFile: string | undefined): Promise<Agent> {
  const options = { keepAlive: true, maxSockets: 8 };
  if (caFile === undefined) return new Agent(options);
  const ca = await readFile(caFile, 'utf8').catch(() => {
    throw unreadable('certificate authority', 'transitCaFile');
  });
  return new Agent({ ...options, ca });
}

async function readToken(path: string): Promise<string> {
  const token = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) throw unreadable('token', 'transitTokenFile');
  return token;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function unreadable(what: string, setting: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The file with the ${what} of the key service is missing, empty or malformed. See the setting ${setting}.`,
  );
}

function refused(url: string, path: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The key service at ${url} refuses ${path}: the token has ended, was revoked, or lacks the policy of docs/keys.md. Put a good token into the file of the setting transitTokenFile.`,
  );
}
