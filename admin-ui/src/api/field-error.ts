import { ProblemError } from './problem.ts';

/** The hub's complaint about one field of a form, where it named that field, as a name or a JSON pointer. */
export function fieldError(error: unknown, name: string): string | undefined {
  if (!(error instanceof ProblemError) || error.field?.replace(/^\//, '') !== name) return undefined;
  return error.message;
}

/** Whether the complaint stands at one of these fields already and needs no notice above the form. */
export function namesField(error: unknown, names: readonly string[]): boolean {
  return names.some((name) => fieldError(error, name) !== undefined);
}
