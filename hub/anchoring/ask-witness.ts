import { isHoldfastError } from '../../recorder-core/errors.ts';
import { readCosignatures, type Cosignature } from '../../recorder-core/ledger/cosignature.ts';
import { addSignatureLines } from '../../recorder-core/ledger/signed-note.ts';
import { formatWitnessRequest, type WitnessRequest } from '../../recorder-core/ledger/witness-request.ts';
import type { WitnessTarget } from './anchor-config.ts';
import { postBytes } from './post-bytes.ts';

/** What a witness said. Only `other-size` and `history-differs` say anything about the log. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly cosignature: Cosignature }
  /** It cosigned a checkpoint of another size last. */
  | { readonly kind: 'other-size'; readonly size: number }
  /** What it cosigned is not the beginning of what it was shown. */
  | { readonly kind: 'history-differs' }
  /** It answered with something else; nothing follows from it but that there is no cosignature. */
  | { readonly kind: 'unhelpful'; readonly reason: string };

/** Asks a witness for a cosignature (https://c2sp.org/tlog-witness). @throws as postBytes when there is no answer. */
export async function askWitness(
  { url, key }: WitnessTarget,
  request: WitnessRequest & { readonly size: number },
  signal?: AbortSignal,
): Promise<WitnessAnswer> {
  const answer = await postBytes(
    `${url}add-checkpoint`,
    'text/plain; charset=utf-8',
    formatWitnessRequest(request),
    signal,
  );
  const text = answer.body.toString('utf8');
  if (answer.status === 200) return readCosigned(request.checkpoint, text, key);
  if (answer.status === 422) return { kind: 'history-differs' };
  const [, size] = /^(0|[1-9]\d{0,15})\n$/.exec(text) ?? [];
  if (answer.status === 409 && size !== undefined && answer.type.startsWith('text/x.tlog.size')) {
    if (Number(size) !== request.oldSize) return { kind: 'other-size', size: Number(size) };
    // Same size as asked from: then only the root can be what it objects to.
    if (request.oldSize === request.size) return { kind: 'history-differs' };
  }
  return { kind: 'unhelpful', reason: `it answered with status ${answer.status}` };
}

function readCosigned(note: string, text: string, key: WitnessTarget['key']): WitnessAnswer {
  try {
    const lines = text.split('\n').filter((line) => line !== '');
    const [cosignature] = readCosignatures(addSignatureLines(note, lines), [key]);
    if (cosignature !== undefined) return { kind: 'cosigned', cosignature };
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
  }
  return { kind: 'unhelpful', reason: 'its cosignature is not by the key it is known by' };
}
