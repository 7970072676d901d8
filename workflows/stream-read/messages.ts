import type { StreamRef } from '../../activities/contract.ts';

/** Starts the reading of one stream. Only optional fields may be added, because runs of older shapes may be open. */
export type StreamReadInput = StreamRef;
