import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { parseCheckpointText, type Checkpoint } from '../../recorder-core/ledger/checkpoint.ts';
import { cosignerKeyText } from '../../recorder-core/ledger/cosignature.ts';
import { parseNote } from '../../recorder-core/ledger/signed-note.ts';
import { syncDirectory } from '../../recorder-core/vault/durable-file.ts';

/** Signed checkpoints that contradict what was cosigned: proof against their log. More than this are not kept. */
const MOST_EVIDENCE = 1_000;

/**
 * What a witness keeps: its key, and for each log the checkpoint it cosigned last. Both lie in one folder, because a
 * key without its checkpoints would cosign a second history, and nobody could tell.
 */
export class WitnessState {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly #folder: string;
  readonly #cosigned: Map<string, Checkpoint>;

  private constructor(
    folder: string,
    name: string,
    privateKey: KeyObject,
    cosigned: Map<string, Checkpoint>,
  ) {
    this.#folder = folder;
    this.name = name;
    this.privateKey = privateKey;
    this.#cosigned = cosigned;
  }

  /** The key by which others know this witness. */
  get verifierKey(): string {
    return cosignerKeyText(this.name, this.privateKey);
  }

  /**
   * Makes the folder of a new witness with a key of its own. @throws conflict where one is there already;
   * invalid_input for a name that a key cannot bear.
   */
  static async create(folder: string, name: string): Promise<void> {
    if ((await stat(join(folder, 'name')).catch(() => undefined)) !== undefined)
      throw new HoldfastError(
        'conflict',
        `The folder ${folder} is that of a witness already. Start it without --init.`,
      );
    const { privateKey } = generateKeyPairSync('ed25519');
    cosignerKeyText(name, privateKey);
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    await mkdir(join(folder, 'evidence'), { recursive: true, mode: 0o700 });
    await writeDurably(folder, 'key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
    await writeDurably(folder, 'name', `${name}\n`);
  }

  /**
   * Opens a witness's folder.
   * @throws not_found where it is none; integrity_failed where a part of it is missing or unreadable. A witness in
   * that state must not sign: it no longer knows what it said.
   */
  static async open(folder: string): Promise<WitnessState> {
    const name = await readFile(join(folder, 'name'), 'utf8').catch(() => undefined);
    if (name === undefined)
      throw new HoldfastError(
        'not_found',
        `The folder ${folder} is not that of a witness. Make one with --init and --name.`,
      );
    try {
      const privateKey = createPrivateKey(await readFile(join(folder, 'key.pem')));
      const cosigned = new Map<string, Checkpoint>();
      for (const file of await readdir(join(folder, 'logs'))) {
        if (!file.endsWith('.note')) continue;
        const checkpoint = parseCheckpointText(
          parseNote(await readFile(join(folder, 'logs', file), 'utf8')).text,
        );
        if (fileOf(checkpoint.origin) !== file) throw new Error(`${file} is about another log`);
        cosigned.set(checkpoint.origin, checkpoint);
      }
      return new WitnessState(folder, name.trim(), privateKey, cosigned);
    } catch (cause) {
      throw new HoldfastError(
        'integrity_failed',
        `The state of the witness in ${folder} is damaged, and a witness that no longer knows what it cosigned must not sign. Retire it: make a new one with a key of its own, and give that key to the logs.`,
        { cause },
      );
    }
  }

  /** What was cosigned last of a log. */
  cosigned(origin: string): Checkpoint | undefined {
    return this.#cosigned.get(origin);
  }

  /** Keeps a checkpoint as the one cosigned last; it has reached the disk when this resolves. */
  async keep(checkpoint: Checkpoint, note: string): Promise<void> {
    await writeDurably(join(this.#folder, 'logs'), fileOf(checkpoint.origin), note);
    this.#cosigned.set(checkpoint.origin, checkpoint);
  }

  /** Keeps a checkpoint that its log signed and that contradicts what was cosigned. */
  async keepEvidence(note: string): Promise<void> {
    const folder = join(this.#folder, 'evidence');
    if ((await readdir(folder)).length >= MOST_EVIDENCE) return;
    await writeDurably(folder, `${createHash('sha256').update(note).digest('hex')}.note`, note);
  }
}

function fileOf(origin: string): string {
  return `${createHash('sha256').update(origin).digest('hex')}.note`;
}

/** The file is there whole or as it was before, whatever happens; and it is there when this resolves. */
async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `${name}.new`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
  await syncDirectory(folder);
}
