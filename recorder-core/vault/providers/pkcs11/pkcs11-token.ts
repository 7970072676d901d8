/** What is done with root keys on a PKCS #11 token (version 2.40). Runs in a process of its own: pkcs11-host.ts. */
import { randomBytes } from 'node:crypto';
import ck, { type Handle, type PKCS11 } from 'pkcs11js';
import { HoldfastError } from '../../../errors.ts';
import { versionOf } from '../../root-key-id.ts';
import { notHere } from '../root-keys.ts';
import { isLostSession, Pkcs11Session, unusable, type Pkcs11Settings } from './pkcs11-session.ts';

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The root keys on a token: AES-256, generated there, sensitive and not extractable. */
export class Pkcs11Token {
  readonly #module: PKCS11;
  readonly #settings: Pkcs11Settings;
  readonly #session: Pkcs11Session;

  /** `module` is loaded and initialised. */
  constructor(module: PKCS11, settings: Pkcs11Settings) {
    this.#module = module;
    this.#settings = settings;
    this.#session = new Pkcs11Session(module, settings);
  }

  list(): string[] {
    const prefix = `${this.#settings.keyName}-`;
    return this.#session.run((session) =>
      this.#find(session, [])
        .map((key) => this.#labelOf(session, key))
        .filter((label) => label.startsWith(prefix) && versionOf(label.slice(prefix.length)) !== undefined)
        .map((label) => label.slice(prefix.length)),
    );
  }

  create(keyId: string): void {
    this.#session.run((session) =>
      this.#module.C_GenerateKey(session, { mechanism: ck.CKM_AES_KEY_GEN }, [
        { type: ck.CKA_CLASS, value: ck.CKO_SECRET_KEY },
        { type: ck.CKA_KEY_TYPE, value: ck.CKK_AES },
        { type: ck.CKA_VALUE_LEN, value: 32 },
        { type: ck.CKA_LABEL, value: this.#label(keyId) },
        { type: ck.CKA_ID, value: Buffer.from(keyId) },
        { type: ck.CKA_TOKEN, value: true },
        { type: ck.CKA_PRIVATE, value: true },
        { type: ck.CKA_SENSITIVE, value: true },
        { type: ck.CKA_EXTRACTABLE, value: false },
        { type: ck.CKA_ENCRYPT, value: true },
        { type: ck.CKA_DECRYPT, value: true },
        { type: ck.CKA_WRAP, value: false },
        { type: ck.CKA_UNWRAP, value: false },
        { type: ck.CKA_SIGN, value: false },
        { type: ck.CKA_VERIFY, value: false },
      ]),
    );
  }

  /** 0x01 ‖ nonce (12, random) ‖ ciphertext ‖ tag (16). */
  seal(keyId: string, plaintext: Buffer, context: Buffer): Buffer {
    return this.#session.run((session) => {
      const nonce = randomBytes(NONCE_BYTES);
      this.#module.C_EncryptInit(session, gcm(nonce, context), this.#key(session, keyId));
      const room = Buffer.alloc(plaintext.length + TAG_BYTES);
      return Buffer.concat([Buffer.of(FORMAT), nonce, this.#module.C_Encrypt(session, plaintext, room)]);
    });
  }

  open(keyId: string, bytes: Buffer, context: Buffer): Buffer {
    if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORMAT) throw doesNotFit();
    const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
    const body = bytes.subarray(1 + NONCE_BYTES);
    return this.#session.run((session) => {
      this.#module.C_DecryptInit(session, gcm(nonce, context), this.#key(session, keyId));
      try {
        return Buffer.from(this.#module.C_Decrypt(session, body, Buffer.alloc(body.length)));
      } catch (error) {
        if (isLostSession(error)) throw error;
        // Tokens answer a wrong tag with different codes, SoftHSM2 with the one for any fault. If the key still works,
        // the bytes are at fault.
        this.#proveKey(session, keyId);
        throw doesNotFit();
      }
    });
  }

  destroy(keyId: string): void {
    this.#session.run((session) => {
      for (const key of this.#find(session, [{ type: ck.CKA_LABEL, value: this.#label(keyId) }]))
        this.#module.C_DestroyObject(session, key);
    });
  }

  #proveKey(session: Handle, keyId: string): void {
    const [key, mechanism] = [this.#key(session, keyId), gcm(randomBytes(NONCE_BYTES), Buffer.from('probe'))];
    const probe = randomBytes(32);
    this.#module.C_EncryptInit(session, mechanism, key);
    const sealed = this.#module.C_Encrypt(session, probe, Buffer.alloc(probe.length + TAG_BYTES));
    this.#module.C_DecryptInit(session, mechanism, key);
    const opened = this.#module.C_Decrypt(session, sealed, Buffer.alloc(sealed.length));
    if (!opened.equals(probe)) throw unusable('its key does not decrypt what it encrypted');
  }

  #key(session: Handle, keyId: string): Handle {
    const [key] = this.#find(session, [{ type: ck.CKA_LABEL, value: this.#label(keyId) }]);
    if (key === undefined) throw notHere(keyId, `the HSM token ${this.#settings.token}`);
    return key;
  }

  #find(session: Handle, attributes: readonly { type: number; value: string }[]): Handle[] {
    const all = [
      { type: ck.CKA_CLASS, value: ck.CKO_SECRET_KEY },
      { type: ck.CKA_KEY_TYPE, value: ck.CKK_AES },
      ...attributes,
    ];
    const found: Handle[] = [];
    this.#module.C_FindObjectsInit(session, all);
    try {
      for (;;) {
        const some = this.#module.C_FindObjects(session, 64);
        found.push(...some);
        if (some.length === 0) return found;
      }
    } finally {
      this.#module.C_FindObjectsFinal(session);
    }
  }

  #labelOf(session: Handle, key: Handle): string {
    const [label] = this.#module.C_GetAttributeValue(session, key, [{ type: ck.CKA_LABEL }]);
    return Buffer.isBuffer(label?.value) ? label.value.toString('utf8') : '';
  }

  #label(keyId: string): string {
    return `${this.#settings.keyName}-${keyId}`;
  }
}

function gcm(iv: Buffer, aad: Buffer) {
  return {
    mechanism: ck.CKM_AES_GCM,
    parameter: { type: ck.CK_PARAMS_AES_GCM, iv, ivBits: iv.length * 8, aad, tagBits: TAG_BYTES * 8 },
  };
}

function doesNotFit(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A wrapped key does not open in the HSM: it was changed, or it belongs to another item. Nothing was decrypted; restore the wrapped key from a backup.',
  );
}
