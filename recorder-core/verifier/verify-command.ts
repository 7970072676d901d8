/** The command line of the verifier. Reads files and writes to the given streams; touches nothing else. */
import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HoldfastError, isHoldfastError } from '../errors.ts';
import { parseTrustFile, trustFingerprint, type TrustFile } from '../ledger/trust-file.ts';
import { isAge, openAge } from './container/age-source.ts';
import { openFileSource, type ByteSource } from './container/byte-source.ts';
import { describeVerification } from './describe-verification.ts';
import { refused, unreadable } from './refused.ts';
import { verifyBundle } from './verify-bundle.ts';

/** What the process ends with. */
export const EXIT = { verified: 0, refused: 1, usage: 2, unreadable: 3 } as const;

/** Where the command writes. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
}

export const USAGE = `Verifies an evidence bundle of Holdfast, without network or database.

  holdfast verify <bundle> --trust <file> [options]
  node holdfast-verify.mjs <bundle> --trust <file> [options]     where there is only this one file

  --trust <file>        whose signatures you accept (holdfast-trust/1); from another source than the bundle
  --fingerprint <hex>   refuse to begin unless the trust file has this fingerprint
  --identity <file>     your age key, for a bundle that is encrypted (.zip.age)
  --log <folder>        the whole log as tiles: checks too that no later entry was kept back
  --json                the report as JSON
  --help                this text

Exit code: 0 verified, 1 refused, 2 wrong use, 3 nothing can be said (unreadable file, wrong key).
`;

const OPTIONS = {
  trust: { type: 'string' },
  fingerprint: { type: 'string' },
  identity: { type: 'string' },
  log: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const MAX_SMALL_FILE = 10_000_000;

interface Request {
  readonly bundle: string;
  readonly trust: string;
  readonly fingerprint?: string | undefined;
  readonly identity?: string | undefined;
  readonly log?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Runs the command; answers its exit code. */
export async function verifyCommand(args: readonly string[], output: Output): Promise<number> {
  const request = parseRequest(args);
  if (request === 'help') {
    output.out(USAGE);
    return EXIT.verified;
  }
  if (typeof request === 'string') {
    output.error(`${request}\n\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return await verify(request, output);
  } catch (error) {
    if (!isHoldfastError(error)) {
      output.error(
        `This should not have happened, and says nothing about the bundle. Please report it:\n${String(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}\n`,
      );
      return EXIT.unreadable;
    }
    const code = error.code === 'integrity_failed' ? EXIT.refused : EXIT.unreadable;
    const verdict = code === EXIT.refused ? 'REFUSED' : 'NOTHING CAN BE SAID';
    if (request.json === true)
      output.out(
        `${JSON.stringify({ format: 'holdfast-verification/1', verdict: code === EXIT.refused ? 'refused' : 'unreadable', reason: error.message })}\n`,
      );
    else output.error(`${verdict}: ${request.bundle}\n\n  ${error.message}\n`);
    return code;
  }
}

function parseRequest(args: readonly string[]): Request | 'help' | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help === true) return 'help';
    const [bundle, ...more] = positionals;
    if (bundle === undefined || more.length > 0) return 'Name one bundle.';
    if (values.trust === undefined)
      return 'Name the trust file with --trust; without it, nobody knows whose signatures to accept.';
    return { ...values, bundle, trust: values.trust };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function verify(request: Request, output: Output): Promise<number> {
  const trust = await readTrust(request);
  const source = await openBundle(request);
  try {
    const verification = await verifyBundle(source, trust, request.log);
    output.out(
      request.json === true
        ? `${JSON.stringify(verification)}\n`
        : describeVerification(verification, request.bundle),
    );
    return EXIT[verification.verdict];
  } finally {
    await source.close();
  }
}

async function readTrust({ trust: path, fingerprint }: Request): Promise<TrustFile> {
  const trust = parseTrustFile(await readSmall(path));
  if (
    fingerprint !== undefined &&
    trustFingerprint(trust) !== fingerprint.toLowerCase().replace(/[\s:]/g, '')
  )
    throw unreadable(
      `The trust file has the fingerprint ${trustFingerprint(trust)}, not the one you gave. It is not the file that its issuer speaks of; the bundle was not looked at.`,
    );
  return trust;
}

async function openBundle({ bundle, identity }: Request): Promise<ByteSource> {
  const source = await openFileSource(bundle);
  try {
    if (!(await isAge(source))) return source;
    if (identity === undefined)
      throw new HoldfastError(
        'key_unavailable',
        'The bundle is encrypted to its recipient. Name your age key file with --identity, or decrypt it with the age program first.',
      );
    return await openAge(source, await readSmall(identity));
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readSmall(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_SMALL_FILE) throw refused('it is too large');
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadable(`The file ${path} could not be read. Check the path and the rights of the file.`, cause);
  }
}
