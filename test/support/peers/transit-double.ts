/**
 * A double of the transit engine of Vault and OpenBao, for tests: a real HTTPS server with real AES-256-GCM keys,
 * versions, associated data, tokens that end, namespaces and a seal. Status codes and words are those of Vault 1.x and
 * OpenBao 2.x, which answer most faults with 400. The same suites run against a real one: test/interop/README.md.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUTHORITY, IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import type { TransitSettings } from '../../../recorder-core/vault/providers/transit/transit-provider.ts';
import { closeDouble, listenDouble, readJson } from './double-server.ts';

interface TransitKey {
  readonly versions: Buffer[];
  deletionAllowed: boolean;
  minDecryptionVersion: number;
}

type Answer = readonly [status: number, body?: unknown];

/** A running double, and the levers of its operator. */
export class TransitDouble {
  readonly keys = new Map<string, TransitKey>();
  /** Requests by method and path, in order. */
  readonly asked: string[] = [];
  sealed = false;
  /** It takes requests and never answers. */
  silent = false;
  /** So many requests from now on get a 500. */
  faults = 0;
  /** Deletions are answered with success and do nothing. */
  lies = false;
  tokenLives = true;
  renewals = 0;
  leaseSeconds = 3600;
  settings!: TransitSettings;
  #folder = '';
  #server = createServer(
    { key: IDENTITIES.server.key, cert: IDENTITIES.server.cert },
    (request, response) => void this.#serve(request, response),
  );
  readonly #token = `hvs.${randomBytes(16).toString('hex')}`;

  static async start(): Promise<TransitDouble> {
    const double = new TransitDouble();
    double.#folder = await mkdtemp(join(tmpdir(), 'holdfast-transit-'));
    const path = (name: string): string => join(double.#folder, name);
    await writeFile(path('token'), `${double.#token}\n`, { mode: 0o600 });
    await writeFile(path('ca.pem'), AUTHORITY);
    double.settings = {
      url: await listenDouble(double.#server),
      mount: 'transit',
      keyName: 'holdfast-root',
      namespace: 'recording',
      tokenFile: path('token'),
      caFile: path('ca.pem'),
    };
    return double;
  }

  async stop(): Promise<void> {
    await closeDouble(this.#server);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What an operator does with `vault write -f transit/keys/<name>/rotate`. */
  rotateWithin(name: string): void {
    this.keys.get(name)?.versions.push(randomBytes(32));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://double');
    this.asked.push(`${request.method} ${url.pathname}`);
    const body = await readJson(request);
    if (this.silent) return;
    const [status, answer] = this.#answer(request, url, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }

  #answer(request: IncomingMessage, url: URL, body: Record<string, unknown>): Answer {
    if (this.faults > 0) {
      this.faults -= 1;
      return [500, errors('internal error')];
    }
    if (this.sealed) return [503, errors('Vault is sealed')];
    const token = request.headers['x-vault-token'];
    const namespace = request.headers['x-vault-namespace'];
    if (token !== this.#token || !this.tokenLives || namespace !== 'recording')
      return [403, errors('permission denied')];
    if (request.headers['x-vault-request'] !== 'true') return [400, errors('missing header')];
    const path = url.pathname.split('/').slice(2);
    if (path.join('/') === 'auth/token/renew-self') {
      this.renewals += 1;
      return [200, { auth: { lease_duration: this.leaseSeconds, renewable: true } }];
    }
    const [mount, verb = '', name = '', more] = path;
    if (mount !== 'transit')
      return [404, errors(`no handler for route "${path.join('/')}". route entry not found.`)];
    if (verb === 'keys') return this.#keys(request.method ?? '', name, more, url, body);
    const key = this.keys.get(name);
    if (verb === 'encrypt') return key === undefined ? this.#upsert() : encrypt(key, body);
    if (verb === 'decrypt')
      return key === undefined ? [400, errors('encryption key not found')] : decrypt(key, body);
    return [404, errors()];
  }

  #keys(
    method: string,
    name: string,
    more: string | undefined,
    url: URL,
    body: Record<string, unknown>,
  ): Answer {
    if (name === '' && url.searchParams.get('list') === 'true')
      return this.keys.size === 0 ? [404, errors()] : [200, { data: { keys: [...this.keys.keys()].sort() } }];
    const key = this.keys.get(name);
    if (method === 'POST' && more === 'config') {
      if (key === undefined) return [400, errors(`no existing key named ${name} could be found`)];
      if (typeof body['deletion_allowed'] === 'boolean') key.deletionAllowed = body['deletion_allowed'];
      if (typeof body['min_decryption_version'] === 'number')
        key.minDecryptionVersion = body['min_decryption_version'];
      return [200, { data: {} }];
    }
    if (method === 'POST') {
      if (body['type'] !== 'aes256-gcm96' || body['exportable'] !== false)
        return [400, errors('unexpected kind of key')];
      if (key === undefined)
        this.keys.set(name, { versions: [randomBytes(32)], deletionAllowed: false, minDecryptionVersion: 1 });
      return [200, { data: {} }];
    }
    if (method !== 'DELETE') return [405, errors('unsupported operation')];
    if (key === undefined)
      return [400, errors(`error deleting policy ${name}: could not delete key; not found`)];
    if (!key.deletionAllowed)
      return [400, errors(`error deleting policy ${name}: deletion is not allowed for this key`)];
    if (!this.lies) this.keys.delete(name);
    return [204];
  }

  /** Vault makes a missing key on encryption; a client that relies on that loses track of its keys. */
  #upsert(): Answer {
    return [400, errors('the client encrypts under a key that it has not made')];
  }
}

function encrypt(key: TransitKey, body: Record<string, unknown>): Answer {
  const version = key.versions.length;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.versions[version - 1]!, nonce);
  cipher.setAAD(base64Of(body['associated_data']));
  const sealed = Buffer.concat([
    nonce,
    cipher.update(base64Of(body['plaintext'])),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return [
    200,
    { data: { ciphertext: `vault:v${version}:${sealed.toString('base64')}`, key_version: version } },
  ];
}

function decrypt(key: TransitKey, body: Record<string, unknown>): Answer {
  const ciphertext = String(body['ciphertext']);
  if (!ciphertext.startsWith('vault:v')) return [400, errors('invalid ciphertext: no prefix')];
  const [number = '', text = ''] = ciphertext.slice('vault:v'.length).split(':');
  const version = Math.max(Number(number), 1);
  if (version > key.versions.length) return [400, errors('invalid ciphertext: version is too new')];
  if (version < key.minDecryptionVersion)
    return [400, errors('ciphertext or signature version is disallowed by policy (too old)')];
  const sealed = Buffer.from(text, 'base64');
  if (sealed.length < 28) return [400, errors('invalid ciphertext: ciphertext is too short')];
  const decipher = createDecipheriv('aes-256-gcm', key.versions[version - 1]!, sealed.subarray(0, 12));
  decipher.setAAD(base64Of(body['associated_data']));
  decipher.setAuthTag(sealed.subarray(-16));
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return [200, { data: { plaintext: plain.toString('base64') } }];
  } catch {
    return [400, errors('cipher: message authentication failed')];
  }
}

function base64Of(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64');
}

function errors(...words: string[]): { errors: string[] } {
  return { errors: words };
}
