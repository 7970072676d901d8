import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { CallOptions } from '../../../recorder-core/siprec/client/call-options.ts';
import type { OpenedClient } from '../../../recorder-core/siprec/client/open-recording-client.ts';
import { openRecordingClient } from '../../../recorder-core/siprec/client/open-recording-client.ts';
import type { Impairments } from '../../../recorder-core/siprec/client/media/impairments.ts';
import { clientCodec } from '../../../recorder-core/siprec/client/tracks/client-codec.ts';
import { SAMPLE_PARTIES } from '../../main/sample-call.ts';
import { callAudio, sampleTrack } from './call-audio.ts';
import type { CallSettings } from './call-settings.ts';
import { localAddressTowards } from './local-address.ts';
import { readSteps } from './read-steps.ts';

/** Who joins a call or takes a line over; the number is reserved for fiction. */
const NEWCOMER = { aor: 'sip:+442079460199@harbour.example', name: 'Harbour Brokerage, desk 7' };
/** Where the password of `--user` is taken from, as arguments can be seen by everybody on a machine. */
const PASSWORD = 'HOLDFAST_CALL_PASSWORD';

/**
 * The call that the settings describe, ready for the recording client.
 *
 * @throws HoldfastError `invalid_input` with the setting at fault; `config_invalid` without a password
 */
export async function readCall(
  settings: CallSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CallOptions> {
  const { target, transport, dialect, offer, srtp, skew, rtcp, user } = settings;
  const [agent, customer] = await callAudio(settings);
  const steps = await readSteps(settings.step, {
    by: settings.by === 'update' ? 'UPDATE' : 'INVITE',
    newcomer: { ...NEWCOMER, audio: await sampleTrack(settings, settings.codec, 0) },
    trackIn: (codec) => sampleTrack(settings, clientCodec(codec).codec, 0),
  });
  const partyOf = ({ address, name }: { address: string; name: string }, index: number) => ({
    aor: address,
    name,
    skewPpm: skew[index] ?? 0,
  });
  return {
    target,
    transport,
    dialect,
    offer,
    steps,
    parties: [
      { ...partyOf(SAMPLE_PARTIES.agent, 0), audio: agent },
      { ...partyOf(SAMPLE_PARTIES.customer, 1), audio: customer },
    ],
    localAddress: settings.local ?? (await localAddressTowards(target[0] ?? '')),
    impairments: impairmentsOf(settings),
    ...(srtp && { srtp }),
    ...(settings.duration !== undefined && { durationMs: settings.duration * 1000 }),
    ...(!rtcp && { rtcpIntervalMs: Infinity }),
    ...(user !== undefined && { credentials: { username: user, password: passwordFrom(environment) } }),
  };
}

/** A client for the call's address and transport. @throws HoldfastError `not_found` for a PEM file that is not there */
export async function openClient(
  settings: CallSettings,
  { localAddress }: CallOptions,
): Promise<OpenedClient> {
  const { transport, ca, cert, key, insecure } = settings;
  const [trusted, certificate, secret] = await Promise.all([readPem(ca), readPem(cert), readPem(key)]);
  return openRecordingClient({
    transport,
    ...(localAddress !== undefined && { host: localAddress }),
    ...(transport === 'tls' && {
      tls: {
        ...(trusted && { ca: trusted }),
        ...(certificate && { cert: certificate }),
        ...(secret && { key: secret }),
        ...(insecure && { rejectUnauthorized: false }),
      },
    }),
  });
}

function impairmentsOf(settings: CallSettings): Impairments {
  const { seed, loss, burst, reorder, duplicates, jitter, late } = settings;
  return {
    seed,
    lossPercent: loss,
    burst,
    reorderPercent: reorder,
    duplicatePercent: duplicates,
    jitterMs: jitter,
    latePercent: late,
  };
}

function passwordFrom(environment: Readonly<Record<string, string | undefined>>): string {
  const password = environment[PASSWORD];
  if (password !== undefined && password !== '') return password;
  throw new HoldfastError(
    'config_invalid',
    `A user was named and no password given; set the environment variable ${PASSWORD}.`,
    { field: PASSWORD },
  );
}

async function readPem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new HoldfastError(
      'not_found',
      'A certificate or key file cannot be read; check --ca, --cert and --key.',
      {
        detail: path,
        cause,
      },
    );
  }
}
