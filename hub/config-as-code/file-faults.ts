import { HoldfastError } from '../../recorder-core/errors.ts';

/** One fault of a file: where it is, and what to write instead. */
export interface FileFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The field as people write it, for example `connections[0].config.url`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** Nobody reads more at once. */
const MOST_FAULTS = 100;

/** What is wrong with a file, the first hundred of it; nothing was changed. */
export class FileFaults extends HoldfastError {
  readonly faults: readonly FileFault[];

  constructor(file: string, faults: readonly FileFault[]) {
    const told = faults.slice(0, MOST_FAULTS);
    const lines = told.map(
      ({ line, column, path, message }) =>
        `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
    );
    if (faults.length > told.length) lines.push(`${faults.length - told.length} more are not listed.`);
    super('invalid_input', `${lines.join('\n')}\nNothing was changed.`, {
      field: faults[0]?.path ?? '',
    });
    this.faults = told;
  }
}

/** A path as people write it. */
export function writtenPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
