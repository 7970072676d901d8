import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';

/** A published checkpoint with all that outsiders said about it. */
export const ledgerCheckpoint = z.object({
  size: z.int().describe('Leaves under it.'),
  checkpoint: z.string().describe('C2SP signed note with the cosignatures of witnesses.'),
  signedAt: instant,
  publishedAt: instant.nullable(),
  timeStamps: z.array(
    z.object({
      authority: z.string().describe('SHA-256 of the trusted certificate, hexadecimal.'),
      response: z.string().describe('RFC 3161 TimeStampResp, base64.'),
      at: instant,
    }),
  ),
});

export type LedgerCheckpoint = z.infer<typeof ledgerCheckpoint>;

/** A page of checkpoints; go on after the last size, or before it where the newest come first. */
export const ledgerHistory = z.object({ items: z.array(ledgerCheckpoint) });
export type LedgerHistory = z.infer<typeof ledgerHistory>;

/** That a log only grew: the hashes from which whoever has both checkpoints computes both roots. */
export const ledgerConsistency = z.object({
  from: z.int(),
  to: z.int(),
  proof: z.array(z.string()).describe('Base64; empty where the sizes are the same, or the smaller is 0.'),
});
export type LedgerConsistency = z.infer<typeof ledgerConsistency>;

/** A key that signs or signed the ledger. */
export const ledgerKey = z.object({
  name: z.string(),
  verifierKey: z.string(),
  from: instant,
  until: instant.nullable(),
});
export type LedgerKey = z.infer<typeof ledgerKey>;

/** All keys of the ledger, oldest first, and the one that a rotation would make current. */
export const ledgerKeyList = z.object({
  items: z.array(ledgerKey),
  next: z.object({ name: z.string(), verifierKey: z.string() }),
});
export type LedgerKeyList = z.infer<typeof ledgerKeyList>;

/** The keys after a rotation. */
export const ledgerKeyRotation = z.object({ before: ledgerKey, after: ledgerKey });

/** Something an outsider found wrong with the ledger; stands while `clearedAt` is null. */
export const ledgerAlarm = z.object({
  id,
  kind: z.enum(['history-differs', 'log-shrank', 'witness-forgot', 'clock-differs']),
  source: z.string().describe('Name of the witness, or address of the authority.'),
  size: z.int(),
  detail: z.string(),
  raisedAt: instant,
  clearedAt: instant.nullable(),
});

export type LedgerAlarm = z.infer<typeof ledgerAlarm>;

export const ledgerAlarmList = z.object({ items: z.array(ledgerAlarm) });

/** Body of what is done to the ledger itself. */
export const ledgerReason = z.strictObject({
  reason: storable(z.string().trim().min(1).max(500)).describe('Why; it enters the ledger as a commitment.'),
});
