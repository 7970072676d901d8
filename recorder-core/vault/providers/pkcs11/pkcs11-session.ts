/**
 * A session with a PKCS #11 token (version 2.40): found by its label, logged in, and opened anew when it was lost. Runs in a
 * process of its own (pkcs11-host.ts): a vendor's library blocks while its HSM works, and a fault in it must not end a
 * recorder.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ck, { type Handle, type PKCS11 } from 'pkcs11js';
import { HoldfastError } from '../../../errors.ts';

/** Where the root keys are. */
export interface Pkcs11Settings {
  /** Path of the vendor's library. */
  readonly library: string;
  /** Label of the token; slots change their numbers. */
  readonly token: string;
  /** File with the user PIN; read at each login and never kept. */
  readonly pinFile: string;
  /** What the labels of our keys begin with. */
  readonly keyName: string;
}

/** CKS_RW_USER_FUNCTIONS: the state of a session in which the user is logged in. */
const LOGGED_IN = 3;
/** What a lost session, an ended login, or a token that was taken out and put back answers: nothing was done. */
const LOST = [
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OPERATION_ACTIVE',
];
/** Loads and initialises a vendor's library. @throws what pkcs11js throws. */
export function loadModule(library: string): PKCS11 {
  const module = new ck.PKCS11();
  module.load(library);
  module.C_Initialize();
  return module;
}

/** The one session of this process. */
export class Pkcs11Session {
  readonly #module: PKCS11;
  readonly #settings: Pkcs11Settings;
  #session: Handle | undefined;
  /** Digest of a PIN that the token refused: asking again would lock the token. */
  #refusedPin: string | undefined;

  /** `module` is loaded and initialised. */
  constructor(module: PKCS11, settings: Pkcs11Settings) {
    this.#module = module;
    this.#settings = settings;
  }

  /** Runs `work` once, and once more with a new session where the old one was lost. */
  run<T>(work: (session: Handle) => T): T {
    try {
      try {
        return work(this.#loggedIn());
      } catch (error) {
        if (!isLostSession(error)) throw error;
        this.#session = undefined;
        return work(this.#loggedIn());
      }
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      this.#session = undefined;
      throw unusable(`it answered ${resultName(error)}`);
    }
  }

  /** A session in which the user is logged in. Without a login a token shows no private key, as if there were none. */
  #loggedIn(): Handle {
    const known = this.#session;
    if (known !== undefined && this.#module.C_GetSessionInfo(known).state === LOGGED_IN) return known;
    const slot = this.#slot();
    const session = known ?? this.#module.C_OpenSession(slot, ck.CKF_SERIAL_SESSION | ck.CKF_RW_SESSION);
    this.#session = session;
    this.#login(slot, session);
    return session;
  }

  #slot(): Handle {
    for (const slot of this.#module.C_GetSlotList(true)) {
      if (labelOfToken(this.#module.C_GetTokenInfo(slot).label) === this.#settings.token) return slot;
    }
    throw unusable(`there is no token with the label ${this.#settings.token} in any slot`);
  }

  #login(slot: Handle, session: Handle): void {
    const { flags } = this.#module.C_GetTokenInfo(slot);
    if ((flags & (ck.CKF_USER_PIN_FINAL_TRY | ck.CKF_USER_PIN_LOCKED)) !== 0)
      throw unusable(
        'its PIN is locked or has one try left. Log in once with another program, or reset the PIN',
      );
    const pin = readPin(this.#settings.pinFile);
    const digest = createHash('sha256').update(pin).digest('hex');
    if (digest === this.#refusedPin)
      throw unusable('it refused the PIN in the file, which has not changed since');
    try {
      this.#module.C_Login(session, ck.CKU_USER, pin);
      this.#refusedPin = undefined;
    } catch (error) {
      const name = resultName(error);
      if (name === 'CKR_USER_ALREADY_LOGGED_IN') return;
      if (name.startsWith('CKR_PIN_')) {
        this.#refusedPin = digest;
        throw unusable(`it refused the PIN in the file (${name})`);
      }
      throw error;
    }
  }
}

/** The name of a result, such as `CKR_PIN_INCORRECT`, which is the message of an error of pkcs11js. */
function resultName(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /CKR_[A-Z0-9_]+/.exec(message)?.[0] ?? 'an unknown fault';
}

/** Whether a new session may do what the old one could not; nothing was done. */
export function isLostSession(error: unknown): boolean {
  return LOST.includes(resultName(error));
}

/** PKCS #11 pads labels with blanks; some libraries with zeros. */
function labelOfToken(label: string): string {
  return label.replace(/[\0 ]+$/, '');
}

function readPin(path: string): string {
  try {
    const pin = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (pin !== '') return pin;
  } catch {
    // Said below: the cause could name nothing that helps more.
  }
  throw unusable('the file of its PIN is empty or cannot be read; see the setting pkcs11PinFile');
}

/** The error for an HSM that cannot be used. */
export function unusable(what: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The HSM cannot be used: ${what}. Nothing is encrypted or decrypted until it works again.`,
  );
}
