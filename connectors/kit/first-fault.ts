import type { z } from 'zod';

/** The one thing that somebody is told to correct first: where it is, and what is wrong there, without a full stop. */
export interface FirstFault {
  readonly path: readonly PropertyKey[];
  readonly says: string;
}

/**
 * The first fault that a schema found. A name that is not known is itself the place, and of several forms that would be taken the
 * one counts that the value comes nearest to.
 */
export function firstFault(error: z.core.$ZodError): FirstFault {
  const [issue] = error.issues;
  return issue === undefined ? { path: [], says: 'it is not valid' } : faultOf(issue);
}

function faultOf(issue: z.core.$ZodIssue): FirstFault {
  if (issue.code === 'unrecognized_keys')
    return { path: [...issue.path, ...issue.keys.slice(0, 1)], says: 'is not known here' };
  const [nearest] = issue.code === 'invalid_union' ? nearestForm(issue.errors) : [];
  if (nearest === undefined) return { path: issue.path, says: issue.message.replace(/\.$/, '') };
  const { path, says } = faultOf(nearest);
  return { path: [...issue.path, ...path], says };
}

/** Of which form the least is wrong, and something inside it: that it is no number either helps nobody. */
function nearestForm(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const inside = forms.filter((issues) => issues.every(isInside));
  return inside.toSorted((one, other) => one.length - other.length)[0] ?? [];
}

function isInside({ path, code }: z.core.$ZodIssue): boolean {
  return path.length > 0 || code === 'unrecognized_keys';
}
