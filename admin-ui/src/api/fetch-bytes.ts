import { isPresent } from './presence.ts';
import { problemFrom, unreachable } from './problem.ts';

/** Reads what is no JSON. @throws ProblemError for every refusal and failure. */
export async function fetchBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(path, {
    credentials: 'same-origin',
    headers: isPresent() ? {} : { 'X-Holdfast-Background': '1' },
  }).catch(() => {
    throw unreachable();
  });
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw problemFrom(answer.status, await answer.json().catch(() => undefined));
}
