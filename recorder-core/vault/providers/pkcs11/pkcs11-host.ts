/** The process that holds the HSM's library: answers one question after the other until its starter is gone. */
import { isHoldfastError } from '../../../errors.ts';
import type { Pkcs11Settings } from './pkcs11-session.ts';
import type { Pkcs11Token } from './pkcs11-token.ts';
import type { Pkcs11Answer, Pkcs11Question } from './pkcs11-process.ts';

let token: Pkcs11Token | undefined;

process.on('message', (question: Pkcs11Question) => {
  void answer(question).then((value) => process.send?.(value));
});
process.on('disconnect', () => process.exit(0));
// A Ctrl-C at the terminal is for the starter, which may still need the HSM to end well.
process.on('SIGINT', () => undefined);

async function answer({ settings, verb, args }: Pkcs11Question): Promise<Pkcs11Answer> {
  try {
    token ??= await open(settings);
    const work = token[verb] as (...given: unknown[]) => unknown;
    return { value: work.apply(token, args.map(asBuffer)) };
  } catch (error) {
    if (isHoldfastError(error)) return { failure: { code: error.code, message: error.message } };
    const detail = error instanceof Error ? error.message : String(error);
    return { failure: { code: 'key_unavailable', message: cannotLoad(settings), detail } };
  }
}

async function open(settings: Pkcs11Settings): Promise<Pkcs11Token> {
  // Loaded here and by need: most installations have no HSM, and the package is optional.
  const { loadModule } = await import('./pkcs11-session.ts');
  const { Pkcs11Token } = await import('./pkcs11-token.ts');
  return new Pkcs11Token(loadModule(settings.library), settings);
}

/** Buffers cross the channel as plain byte arrays. */
function asBuffer(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

function cannotLoad({ library }: Pkcs11Settings): string {
  return `The HSM cannot be used: its library ${library} cannot be loaded. Check the setting pkcs11Library, and that the optional package pkcs11js was installed.`;
}
