import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import type { CallEvent, CallReport } from '../../recorder-core/siprec/client/call-report.ts';

/** The two sides of the sample call, in several codecs. */
export const SAMPLE_FOLDER = join(import.meta.dirname, '../../examples/sample-call');

/** A call to place: two sides, each a G.711 µ-law file without header. */
export interface SampleCallOptions {
  /** SIP URI of the recorder. */
  readonly target: string;
  readonly transport: 'udp' | 'tcp';
  readonly agent?: { readonly address: string; readonly name: string };
  readonly customer?: { readonly address: string; readonly name: string };
  readonly onEvent?: (event: CallEvent) => void;
  readonly signal?: AbortSignal;
}

/** The parties of the sample; the company does not exist, the numbers are reserved for fiction. */
export const SAMPLE_PARTIES = {
  agent: { address: 'sip:+442079460123@harbour.example', name: 'Harbour Brokerage, desk 3' },
  customer: { address: 'sip:+14155550134@carrier.example', name: 'Customer' },
} as const;

/** Places one recorded call over real SIPREC and RTP, in real time. Needs nothing but a recorder that answers. */
export async function placeSampleCall(options: SampleCallOptions): Promise<CallReport> {
  const { target, transport, onEvent, signal } = options;
  const side = async (file: string, { address: aor, name }: { address: string; name: string }) => ({
    aor,
    name,
    audio: await readFile(join(SAMPLE_FOLDER, file)),
  });
  const { client, close } = await openRecordingClient({ transport });
  try {
    return await client.place({
      target,
      transport,
      parties: [
        await side('agent.ulaw', options.agent ?? SAMPLE_PARTIES.agent),
        await side('customer.ulaw', options.customer ?? SAMPLE_PARTIES.customer),
      ],
      ...(onEvent === undefined ? {} : { onEvent }),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await close();
  }
}
