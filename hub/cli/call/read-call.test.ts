import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { clientCodec, codecNames } from '../../../recorder-core/siprec/client/tracks/client-codec.ts';
import { addCallSettings, type CallSettings } from './call-settings.ts';
import { readCall } from './read-call.ts';

const NO_ENVIRONMENT = {};

/** The settings as the command line gives them; an unknown or odd value throws. */
function settingsOf(...words: string[]): CallSettings {
  const command = addCallSettings(new Command('call'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return command.parse(words, { from: 'user' }).opts();
}

const callOf = (...words: string[]) => readCall(settingsOf(...words), NO_ENVIRONMENT);

describe('the command line of a call', () => {
  test('without a word is the sample call to this machine', async () => {
    const call = await callOf();
    expect(call).toMatchObject({
      target: ['sip:recorder@127.0.0.1:5060'],
      transport: 'udp',
      localAddress: '127.0.0.1',
      steps: [],
      parties: [{ aor: expect.stringContaining('harbour') }, { aor: expect.stringContaining('carrier') }],
    });
  });

  test('takes several targets in their order', async () => {
    const { target } = await callOf('--target', 'sip:a@127.0.0.1', '--target', 'sip:b@127.0.0.1');
    expect(target).toEqual(['sip:a@127.0.0.1', 'sip:b@127.0.0.1']);
  });

  test('calls an IPv6 recorder from an IPv6 address', async () => {
    expect((await callOf('--target', 'sip:recorder@[::1]:5060')).localAddress).toBe('::1');
  });

  test.each(codecNames())('has audio for both parties in %s', async (codec) => {
    const { parties } = await callOf('--codec', codec, '--duration', '1');
    for (const { audio } of parties) {
      if (Buffer.isBuffer(audio)) throw new Error('a track is expected');
      expect(audio.codec).toBe(clientCodec(codec));
      expect([...audio.frames()].length).toBe(50);
    }
  });

  test('reads steps, parties counted from 1', async () => {
    const words = ['0.5:hold=null-address', '1:resume', '2:transfer=ports@2', '3:leave@1', '4:codec=g722'];
    const { steps } = await callOf('--by', 'update', ...words.flatMap((text) => ['--step', text]));
    expect(steps).toMatchObject([
      { atMs: 500, do: 'hold', as: 'null-address', by: 'UPDATE' },
      { atMs: 1000, do: 'resume', by: 'UPDATE' },
      { atMs: 2000, do: 'transfer', member: 1, newPorts: true },
      { atMs: 3000, do: 'leave', member: 0 },
      { atMs: 4000, do: 'codec', member: 0, track: { codec: { codec: 'g722' } } },
    ]);
  });

  test.each(['hold', '1:dance', '1:hold=sideways', '1:codec', '-1:hold'])(
    'refuses the step %s with an example of a good one',
    async (step) => {
      await expect(callOf('--step', step)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('--step 2:hold'),
      });
    },
  );

  test('takes the password from the environment alone', async () => {
    const settings = settingsOf('--user', 'sbc');
    const { credentials } = await readCall(settings, { HOLDFAST_CALL_PASSWORD: 'secret' });
    expect(credentials).toEqual({ username: 'sbc', password: 'secret' });
    await expect(readCall(settings, NO_ENVIRONMENT)).rejects.toMatchObject({ code: 'config_invalid' });
  });

  test.each([
    ['--codec', 'mp3'],
    ['--dialect', 'klingon'],
    ['--srtp', 'ROT13'],
    ['--loss', 'much'],
    ['--calls', '0'],
  ])('refuses %s %s', (...words) => {
    expect(() => settingsOf(...words)).toThrow();
  });

  test('refuses an audio file that is not there, and a target that is no SIP URI', async () => {
    await expect(callOf('--audio', '/nowhere.wav')).rejects.toMatchObject({ code: 'not_found' });
    await expect(callOf('--target', 'recorder')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
