import { ProblemError } from './problem.ts';

/** Where in what was sent the complaint is, outermost name first; empty where the hub named no field. */
export function fieldPath(error: unknown): string[] {
  if (!(error instanceof ProblemError) || error.field === undefined) return [];
  const path = error.field.split(/[/.]/).filter((part) => part !== '');
  return path[0] === 'body' ? path.slice(1) : path;
}

/** The hub's complaint about one field of a form, where it named that field, as a name or a JSON pointer. */
export function fieldError(error: unknown, name: string): string | undefined {
  const path = fieldPath(error);
  return error instanceof ProblemError && path.length === 1 && path[0] === name ? error.message : undefined;
}

/** Whether the complaint stands at one of these fields already and needs no notice above the form. */
export function namesField(error: unknown, names: readonly string[]): boolean {
  return names.some((name) => fieldError(error, name) !== undefined);
}
