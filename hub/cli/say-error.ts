/** What went wrong over there, as it is kept or was just told. */
export interface SaidError {
  readonly title: string;
  /** Of the remote object, or of the record. */
  readonly field?: string | null | undefined;
  readonly fix?: string | null | undefined;
}

/** A fault of a remote system on one line: at which field, what happened, and what to do about it where that is known. */
export function sayError({ title, field, fix }: SaidError): string {
  const place = field == null ? [] : [`at "${field}":`];
  return [...place, title, ...(fix == null || fix === '' ? [] : [fix])].join(' ');
}
