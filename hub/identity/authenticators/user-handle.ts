/** What a passkey keeps of its person (WebAuthn level 3, user handle): no name, so that a lost device tells of nobody. */
export interface UserHandle {
  readonly tenantId: string;
  readonly userId: string;
}

/** The handle as 32 bytes: the id of the tenant, and the id of the person in it. */
export function encodeUserHandle({ tenantId, userId }: UserHandle): Buffer {
  return Buffer.from(`${tenantId}${userId}`.replaceAll('-', ''), 'hex');
}

/** Reads a handle; undefined for what is none of ours. */
export function decodeUserHandle(text: string): UserHandle | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32) return undefined;
  return { tenantId: uuidOf(bytes.subarray(0, 16)), userId: uuidOf(bytes.subarray(16)) };
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
