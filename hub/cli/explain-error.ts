import { isHoldfastError } from '../../recorder-core/errors.ts';
import { describeError } from '../observability/logger.ts';

/** What the file system says when the file that somebody named is the fault, not this program. */
const OF_THE_FILE = new Set(['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EROFS', 'ENOSPC']);

/** An error as a command tells it: sentences for people; only what is a fault of ours shows where it happened. */
export function explainError(error: unknown): string {
  if (isHoldfastError(error)) {
    const message = `${error.message}${fieldOf(error)}`;
    return error.detail === undefined
      ? message
      : `${message}\n  ${error.detail.trim().split('\n').slice(-5).join('\n  ')}`;
  }
  if (isOfTheFile(error))
    return `The file ${error.path ?? 'that was named'} could not be used (${error.code}). Check the path, the rights and the space.`;
  return `This should not have happened: ${JSON.stringify(describeError(error), null, 2)}`;
}

/** Which field it is about, `credential.apiKey` for `/body/credential/apiKey`, unless the sentence names it. */
function fieldOf({
  message,
  field,
}: {
  readonly message: string;
  readonly field?: string | undefined;
}): string {
  const path = (field ?? '').replace(/^\/(body|query|path)\//, '').split(/[/.]/);
  const name = path.at(-1) ?? '';
  if (name === '' || name === 'body' || message.includes(`"${name}"`)) return '';
  return `\n  Field: ${path.join('.')}`;
}

/** A folder that is read as a file is refused without its path; nothing else without one is about a file. */
function isOfTheFile(error: unknown): error is { readonly path?: string; readonly code: string } {
  if (typeof error !== 'object' || error === null) return false;
  const { path, code } = error as { readonly path?: unknown; readonly code?: unknown };
  if (code === 'EISDIR') return true;
  return typeof path === 'string' && typeof code === 'string' && OF_THE_FILE.has(code);
}
