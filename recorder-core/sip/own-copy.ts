/**
 * A copy in memory of its own, for what is kept as long as a session. `Buffer.from` would take a piece of Node's pool,
 * and the piece would hold 64 KiB of it.
 */
export function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
