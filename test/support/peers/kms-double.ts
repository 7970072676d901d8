/**
 * A double of the calls of AWS KMS that we make, for tests: real AES-256-GCM keys behind the JSON protocol of the
 * service. In contrast to moto, a disabled key and one that waits for its deletion really stop working.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeDouble, listenDouble, readJson } from './double-server.ts';

interface KmsKey {
  readonly id: string;
  readonly secret: Buffer;
  readonly tags: unknown;
  readonly multiRegion: boolean;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletionDate?: number;
}

type Body = Record<string, unknown>;

/** How the service names its errors; the status is 400 for all but its own faults. */
class KmsError extends Error {
  readonly status: number;
  constructor(name: string, status = 400) {
    super(name);
    this.name = name;
    this.status = status;
  }
}

/** A running double, and the levers of its operator. */
export class KmsDouble {
  readonly keys = new Map<string, KmsKey>();
  readonly aliases = new Map<string, string>();
  /** Encryption contexts in the order in which they came. */
  readonly contexts: unknown[] = [];
  /** The next answers are this error. */
  refuse: { name: string; status?: number; times: number } | undefined;
  silent = false;
  url = '';
  #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<KmsDouble> {
    const double = new KmsDouble();
    double.url = await listenDouble(double.#server);
    return double;
  }

  stop(): Promise<void> {
    return closeDouble(this.#server);
  }

  /** A key that somebody else made in the same account. */
  addForeignKey(multiRegion = false): string {
    return this.#create({ MultiRegion: multiRegion }).id;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verb = String(request.headers['x-amz-target']).replace('TrentService.', '');
    const body = await readJson(request);
    if (this.silent) return;
    const [status, answer] = this.#attempt(verb, body, request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer));
  }

  #attempt(verb: string, body: Body, authorization: string | undefined): [number, unknown] {
    try {
      if (authorization?.startsWith('AWS4-HMAC-SHA256 Credential=test/') !== true)
        throw new KmsError('UnrecognizedClientException');
      if (this.refuse !== undefined && this.refuse.times > 0) {
        this.refuse.times -= 1;
        throw new KmsError(this.refuse.name, this.refuse.status);
      }
      return [200, this.#answer(verb, body)];
    } catch (error) {
      if (!(error instanceof KmsError)) throw error;
      return [error.status, { __type: error.name, message: error.name }];
    }
  }

  #answer(verb: string, body: Body): unknown {
    switch (verb) {
      case 'CreateKey':
        return { KeyMetadata: metadata(this.#create(body)) };
      case 'CreateAlias':
      case 'UpdateAlias':
        return this.#alias(verb, String(body['AliasName']), String(body['TargetKeyId']));
      case 'DescribeKey':
        return { KeyMetadata: metadata(this.#key(body)) };
      case 'ListResourceTags':
        return { Tags: this.#key(body).tags, Truncated: false };
      case 'Encrypt':
        return this.#encrypt(this.#usable(body), body);
      case 'Decrypt':
        return this.#decrypt(this.#usable(body), body);
      case 'ScheduleKeyDeletion':
        return this.#schedule(this.#key(body), Number(body['PendingWindowInDays']));
      default:
        throw new KmsError('UnknownOperationException');
    }
  }

  #create(body: Body): KmsKey {
    const multiRegion = body['MultiRegion'] === true;
    const id = `${multiRegion ? 'mrk-' : ''}${randomUUID()}`;
    const key: KmsKey = {
      id,
      secret: randomBytes(32),
      tags: body['Tags'] ?? [],
      multiRegion,
      state: 'Enabled',
    };
    this.keys.set(id, key);
    return key;
  }

  #alias(verb: string, alias: string, target: string): unknown {
    if (verb === 'UpdateAlias' && !this.aliases.has(alias)) throw new KmsError('NotFoundException');
    if (verb === 'CreateAlias' && this.aliases.has(alias)) throw new KmsError('AlreadyExistsException');
    if (!this.keys.has(target)) throw new KmsError('NotFoundException');
    this.aliases.set(alias, target);
    return {};
  }

  #key(body: Body): KmsKey {
    const asked = String(body['KeyId']);
    const key = this.keys.get(this.aliases.get(asked) ?? asked);
    if (key === undefined) throw new KmsError('NotFoundException');
    return key;
  }

  #usable(body: Body): KmsKey {
    const key = this.#key(body);
    if (key.state === 'Disabled') throw new KmsError('DisabledException');
    if (key.state === 'PendingDeletion') throw new KmsError('KMSInvalidStateException');
    return key;
  }

  #schedule(key: KmsKey, days: number): unknown {
    if (!(days >= 7 && days <= 30)) throw new KmsError('ValidationException');
    if (key.state === 'PendingDeletion') throw new KmsError('KMSInvalidStateException');
    key.state = 'PendingDeletion';
    key.deletionDate = Math.floor(Date.now() / 1000) + days * 86_400;
    return { KeyId: arn(key), DeletionDate: key.deletionDate, KeyState: key.state };
  }

  #encrypt(key: KmsKey, body: Body): unknown {
    this.contexts.push(body['EncryptionContext']);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key.secret, nonce);
    cipher.setAAD(Buffer.from(JSON.stringify(body['EncryptionContext'] ?? {})));
    const sealed = Buffer.concat([nonce, cipher.update(String(body['Plaintext']), 'base64'), cipher.final()]);
    const blob = Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64');
    return { CiphertextBlob: blob, KeyId: arn(key), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }

  #decrypt(key: KmsKey, body: Body): unknown {
    const blob = Buffer.from(String(body['CiphertextBlob']), 'base64');
    if (blob.length < 28) throw new KmsError('InvalidCiphertextException');
    const decipher = createDecipheriv('aes-256-gcm', key.secret, blob.subarray(0, 12));
    decipher.setAAD(Buffer.from(JSON.stringify(body['EncryptionContext'] ?? {})));
    decipher.setAuthTag(blob.subarray(-16));
    try {
      const plain = Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
      return { Plaintext: plain.toString('base64'), KeyId: arn(key) };
    } catch {
      throw new KmsError('InvalidCiphertextException');
    }
  }
}

function metadata({ id, state, multiRegion, deletionDate }: KmsKey): unknown {
  return {
    KeyId: id,
    KeyState: state,
    Enabled: state === 'Enabled',
    MultiRegion: multiRegion,
    DeletionDate: deletionDate,
  };
}

function arn({ id }: KmsKey): string {
  return `arn:aws:kms:eu-central-1:000000000000:key/${id}`;
}
