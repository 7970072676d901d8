import { packetise, PCMU, sineWave } from '../../recorder-core/media/test-signal.ts';
import { buildRtp } from '../../recorder-core/media/rtp.ts';
import type { SpokenCall } from './spoken-lines.ts';

/** Says a tone on a line from one time of the call to another; packets for which `lost` is true are not sent. */
export async function say(
  call: SpokenCall,
  label: string,
  span: { readonly fromMs: number; readonly toMs: number; readonly lost?: (i: number) => boolean },
): Promise<void> {
  const { fromMs, toMs, lost = () => false } = span;
  const pcm = sineWave({ frequencyHz: 440, samples: (toMs - fromMs) * 8 });
  const first = { firstSequence: 1, firstTimestamp: 0 };
  for (const [i, rtp] of packetise({ pcm, codec: PCMU, ssrc: 7 + fromMs, ...first }).entries()) {
    if (lost(i)) continue;
    call.setTime(fromMs + i * 20);
    await call.send(label, rtp);
  }
}

/** Presses a key for 20 ms (RFC 4733), as the next packet of the sound that `say` began at `fromMs`. */
export async function pressKey(
  call: SpokenCall,
  label: string,
  key: { readonly code: number; readonly fromMs: number; readonly atMs: number },
): Promise<void> {
  const { code, fromMs, atMs } = key;
  const packets = (atMs - fromMs) / 20;
  call.setTime(atMs);
  await call.send(
    label,
    buildRtp({
      payloadType: 101,
      sequence: 1 + packets,
      timestamp: packets * 160,
      ssrc: 7 + fromMs,
      payload: Buffer.from([code, 0x8a, 0, 160]),
    }),
  );
}
