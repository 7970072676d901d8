/**
 * A double of the keys of Azure Key Vault, for tests: a real HTTPS server with real RSA and AES keys behind Azure's REST
 * interface, with its challenge for a token, pages, disabled keys, soft deletion and purge protection. RSA keys have
 * 2048 bits whatever was asked for, because larger ones take long to make.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPair,
  KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { promisify } from 'node:util';
import type { TokenCredential } from '@azure/core-auth';
import { AUTHORITY, IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import { closeDouble, listenDouble, readJson } from './double-server.ts';

interface Key {
  readonly name: string;
  readonly kind: string;
  readonly asked: Record<string, unknown>;
  /** By version; the last is the newest. */
  readonly versions: Map<string, KeyObject | Buffer>;
  enabled: boolean;
  scheduledPurge?: number;
}

type Body = Record<string, unknown>;
type Answer = readonly [status: number, body?: unknown];

const PAGE = 2;
const KEEP_SECONDS = 90 * 86_400;
const makeRsa = promisify(generateKeyPair);

/** A running double, and the levers of its operator. */
export class AzureVaultDouble {
  readonly keys = new Map<string, Key>();
  readonly deleted = new Map<string, Key>();
  purgeProtection = false;
  /** Deletions show after so many requests. */
  faults = 0;
  refusing = false;
  url = '';
  readonly clientOptions = { disableChallengeResourceVerification: true, tlsOptions: { ca: AUTHORITY } };
  readonly #token = randomBytes(16).toString('hex');
  #server = createServer(
    { key: IDENTITIES.server.key, cert: IDENTITIES.server.cert },
    (request, response) => void this.#serve(request, response),
  );

  static async start(): Promise<AzureVaultDouble> {
    const double = new AzureVaultDouble();
    double.url = await listenDouble(double.#server);
    return double;
  }

  stop(): Promise<void> {
    return closeDouble(this.#server);
  }

  /** What an identity of Azure gives. */
  get credential(): TokenCredential {
    return {
      getToken: () => Promise.resolve({ token: this.#token, expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const [status, answer] = await this.#answer(request, body);
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 401 && {
        'www-authenticate':
          'Bearer authorization="https://login.double/tenant", resource="https://vault.double"',
      }),
    });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }

  async #answer(request: IncomingMessage, body: Body): Promise<Answer> {
    const url = new URL(request.url ?? '/', this.url);
    if (request.headers.authorization !== `Bearer ${this.#token}`) return fault(401, 'Unauthorized');
    if (this.faults > 0) {
      this.faults -= 1;
      return fault(503, 'ServiceUnavailable');
    }
    if (this.refusing)
      return fault(403, 'Forbidden', 'Caller is not authorized to perform action on resource.');
    const [folder, name = '', third = '', verb = ''] = url.pathname.split('/').slice(1);
    if (folder === 'deletedkeys') return this.#deletedKey(request.method ?? '', name);
    if (name === '') return this.#list(Number(url.searchParams.get('skip') ?? 0));
    if (third === 'create') return this.#create(name, body);
    const key = this.keys.get(name);
    if (key === undefined) return fault(404, 'KeyNotFound');
    if (request.method === 'DELETE') return this.#delete(key);
    if (request.method === 'GET') return [200, this.#bundle(key)];
    const version = third === '' ? [...key.versions.keys()].at(-1)! : third;
    return this.#use(key, version, verb, body);
  }

  async #create(name: string, body: Body): Promise<Answer> {
    if (this.deleted.has(name)) return fault(409, 'Conflict');
    const kind = String(body['kty']);
    const made =
      kind === 'oct-HSM' ? randomBytes(32) : (await makeRsa('rsa', { modulusLength: 2048 })).privateKey;
    const key = this.keys.get(name) ?? { name, kind, asked: body, versions: new Map(), enabled: true };
    key.versions.set(randomBytes(16).toString('hex'), made);
    this.keys.set(name, key);
    return [200, this.#bundle(key)];
  }

  #list(skip: number): Answer {
    const all = [...this.keys.values()];
    const value = all.slice(skip, skip + PAGE).map((key) => ({
      kid: `${this.url}/keys/${key.name}`,
      attributes: { enabled: key.enabled },
    }));
    const next =
      skip + PAGE < all.length ? { nextLink: `${this.url}/keys?skip=${skip + PAGE}&api-version=7.6` } : {};
    return [200, { value, ...next }];
  }

  #delete(key: Key): Answer {
    this.keys.delete(key.name);
    key.scheduledPurge = Math.floor(Date.now() / 1000) + KEEP_SECONDS;
    this.deleted.set(key.name, key);
    return [200, this.#bundle(key)];
  }

  #deletedKey(method: string, name: string): Answer {
    const key = this.deleted.get(name);
    if (key === undefined) return fault(404, 'KeyNotFound');
    if (method === 'GET') return [200, this.#bundle(key)];
    if (this.purgeProtection) return fault(403, 'Forbidden', 'Operation purge is not allowed on this vault.');
    this.deleted.delete(name);
    return [204];
  }

  #use(key: Key, version: string, verb: string, body: Body): Answer {
    const secret = key.versions.get(version);
    if (secret === undefined) return fault(404, 'KeyNotFound');
    if (!key.enabled) return fault(403, 'Forbidden', `Operation ${verb} is not allowed on a disabled key.`);
    const value = Buffer.from(String(body['value']), 'base64url');
    try {
      const result =
        verb === 'wrapkey' ? wrap(secret, body['alg'], value) : unwrap(secret, body['alg'], value);
      return [200, { kid: `${this.url}/keys/${key.name}/${version}`, value: result.toString('base64url') }];
    } catch {
      return fault(400, 'BadParameter', 'The parameter is incorrect.');
    }
  }

  #bundle(key: Key): unknown {
    const version = [...key.versions.keys()].at(-1)!;
    const secret = key.versions.get(version)!;
    const { n, e } = secret instanceof KeyObject ? secret.export({ format: 'jwk' }) : {};
    return {
      key: {
        kid: `${this.url}/keys/${key.name}/${version}`,
        kty: key.kind,
        key_ops: key.asked['key_ops'],
        n,
        e,
      },
      attributes: { enabled: key.enabled, recoveryLevel: 'Recoverable+Purgeable', exportable: false },
      ...(key.scheduledPurge !== undefined && {
        recoveryId: `${this.url}/deletedkeys/${key.name}`,
        deletedDate: key.scheduledPurge - KEEP_SECONDS,
        scheduledPurgeDate: key.scheduledPurge,
      }),
    };
  }
}

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
/** RFC 3394 section 2.2.3.1. */
const KEY_WRAP_IV = Buffer.from('a6a6a6a6a6a6a6a6', 'hex');

function wrap(secret: KeyObject | Buffer, algorithm: unknown, value: Buffer): Buffer {
  if (secret instanceof KeyObject) {
    if (algorithm !== 'RSA-OAEP-256') throw new Error('algorithm');
    return publicEncrypt({ key: secret, ...OAEP }, value);
  }
  if (algorithm !== 'A256KW') throw new Error('algorithm');
  const cipher = createCipheriv('id-aes256-wrap', secret, KEY_WRAP_IV);
  return Buffer.concat([cipher.update(value), cipher.final()]);
}

function unwrap(secret: KeyObject | Buffer, algorithm: unknown, value: Buffer): Buffer {
  if (secret instanceof KeyObject) {
    if (algorithm !== 'RSA-OAEP-256') throw new Error('algorithm');
    return privateDecrypt({ key: secret, ...OAEP }, value);
  }
  const decipher = createDecipheriv('id-aes256-wrap', secret, KEY_WRAP_IV);
  return Buffer.concat([decipher.update(value), decipher.final()]);
}

function fault(status: number, code: string, message = code): Answer {
  return [status, { error: { code, message } }];
}
