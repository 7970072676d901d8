import { z } from 'zod';
import { list, setting, text, type Setting } from './setting.ts';

/** Settings of who attests the ledger from outside; a part of `SETTINGS`. docs/witness.md. */
export const PROOF_SETTINGS = {
  witnesses: setting(
    list.optional(),
    'Witnesses of the ledger, with commas between: of each its key as `holdfast witness` shows it, a space, and its address; docs/witness.md.',
    { flag: 'witnesses' },
  ),
  witnessQuorum: setting(
    z.coerce.number().int().min(0).max(50).optional(),
    'Witnesses that must cosign a checkpoint before it counts as published; by default more than half of them.',
    { flag: 'witness-quorum' },
  ),
  timeStampUrls: setting(
    list.optional(),
    'Addresses of time-stamp authorities (RFC 3161 over HTTP) that stamp checkpoints, with commas between.',
    { flag: 'time-stamp-urls' },
  ),
  timeStampCertificates: setting(
    text.optional(),
    'PEM file with the certificates of those authorities, or of their certifiers; stamps that lead to none of them are refused.',
    { flag: 'time-stamp-certificates' },
  ),
} satisfies Record<string, Setting>;
