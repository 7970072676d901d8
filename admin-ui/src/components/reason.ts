/** Fewest characters of a reason that the hub takes; a test holds it to the schema of the API. */
const SHORTEST = 3;

/** Whether what somebody wrote is long enough to be a reason; its field lets nobody write too much. */
export function isReason(text: string): boolean {
  return text.trim().length >= SHORTEST;
}
