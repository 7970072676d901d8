import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import { makeSignInLink } from '../identity/sign-in-link.ts';

/** What a person would do to see that it works: sign in, find the call by search, hear it. Over the real API. */
export async function checkThroughApi(
  db: Database,
  tenantId: string,
  consoleUrl: string,
  recording: Recording,
  search: string,
): Promise<string[]> {
  const link = await makeSignInLink(db, tenantId, consoleUrl, new Date());
  const headers = { 'Content-Type': 'application/json', 'X-Holdfast-Console': '1' };
  const token = new URL(link).hash.slice(1);
  const signedIn = await fetch(`${consoleUrl}/api/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0];
  if (!signedIn.ok || cookie === undefined) throw failed('Signing in by the one-time link', signedIn.status);

  const found = await fetch(`${consoleUrl}/api/v1/recordings?q=${encodeURIComponent(search)}`, {
    headers: { cookie },
  });
  const page = (await found.json()) as { items?: { id: string }[] };
  if (!found.ok || page.items?.some(({ id }) => id === recording.id) !== true)
    throw failed(`Finding the call by "${search}"`, found.status);

  const audio = await fetch(`${consoleUrl}/api/v1/recordings/${recording.id}/audio`, { headers: { cookie } });
  const wav = Buffer.from(await audio.arrayBuffer());
  if (!audio.ok) throw failed('Playing the recording', audio.status);
  const loudness = loudnessOf(wav);
  if (loudness.some((level) => level < 100)) throw failed('Hearing both voices', audio.status);
  return [
    `found by searching for "${search}"`,
    `played back: ${((wav.length - 44) / 4 / 8000).toFixed(1)} s, both voices heard (mean level ${loudness.map(Math.round).join(' and ')})`,
  ];
}

/** Mean absolute sample of each of the two channels of a 16-bit WAV. */
function loudnessOf(wav: Buffer): number[] {
  const sums = [0, 0];
  let count = 0;
  for (let at = 44; at + 3 < wav.length; at += 4, count += 1) {
    sums[0] = (sums[0] ?? 0) + Math.abs(wav.readInt16LE(at));
    sums[1] = (sums[1] ?? 0) + Math.abs(wav.readInt16LE(at + 2));
  }
  return sums.map((sum) => sum / Math.max(1, count));
}

function failed(what: string, status: number): HoldfastError {
  return new HoldfastError(
    'internal',
    `${what} did not work (HTTP ${status}). The logs in the data folder say why.`,
  );
}
