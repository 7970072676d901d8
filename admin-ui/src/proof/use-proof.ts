import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { Custody } from '../../../hub/api/schemas/ledger.ts';
import type { Part } from '../../../hub/api/schemas/recording.ts';
import { call } from '../api/client.ts';
import { askConsistency } from '../api/consistency.ts';
import { recordingPath } from '../api/recording.ts';
import { toBase64 } from './bytes.ts';
import { checkCustody, type ProofResult } from './check-custody.ts';
import { parseCheckpoint, parseVerifierKey } from './checkpoint.ts';
import { noteSeen, pinKey, readPinned, unpin, type PinnedLog } from './pinned-logs.ts';

/** Why a key was not pinned: it is no verifier key, or the key of another log. */
export type PinRefusal = 'no-key' | 'other-log';

/** Fetches leaf, proof and checkpoint anew and checks them here; what held is remembered as the head seen last. */
export function useProof(recordingId: string, parts: readonly Part[], custody: Custody) {
  const origin = parseCheckpoint(custody.checkpoint)?.origin ?? '';
  const [pinned, setPinned] = useState<PinnedLog | undefined>(() => readPinned(origin));
  const check = useMutation({
    mutationFn: async (): Promise<ProofResult & { readonly at: Date }> => {
      const fresh = await call<Custody>(`${recordingPath(recordingId)}/custody`);
      const at = new Date();
      const result = await checkCustody({
        custody: fresh,
        object: { type: 'recording', id: recordingId },
        parts,
        pinned: readPinned(origin),
        askConsistency,
      });
      const { verdict, checkpoint } = result;
      if (verdict === 'proven' && checkpoint !== undefined) {
        const { size, root } = checkpoint;
        noteSeen(origin, { size, root: toBase64(root), at: at.toISOString() });
        setPinned(readPinned(origin));
      }
      return { ...result, at };
    },
  });
  const pin = async (text: string): Promise<PinRefusal | undefined> => {
    const key = await parseVerifierKey(text);
    if (key === undefined) return 'no-key';
    if (key.name !== origin) return 'other-log';
    setPinned(pinKey(origin, key.text, new Date()));
    return undefined;
  };
  const forget = () => {
    unpin(origin);
    setPinned(undefined);
  };
  return { check, pinned, pin, forget };
}

/** WebCrypto is there over HTTPS and on this machine only. */
export function canCheckHere(): boolean {
  return globalThis.isSecureContext && 'subtle' in crypto;
}
