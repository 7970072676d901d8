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

/** Everything that is wrong with a file; nothing was changed. */
export class FileFaults extends HoldfastError {
  readonly faults: readonly FileFault[];

  constructor(file: string, faults: readonly FileFault[]) {
    const lines = faults.map(
      ({ line, column, path, message }) =>
        `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
    );
    super('invalid_input', `${lines.join('\n')}\nNothing was changed.`, {
      field: faults[0]?.path ?? '',
    });
    this.faults = faults;
  }
}

/** A path as people write it. */
export function writtenPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
