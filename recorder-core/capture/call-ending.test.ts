import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../errors.ts';
import type { Dialog, InDialogRequest } from '../sip/user-agent.ts';
import { request, sdpOffer } from '../siprec/test-support/requests.ts';
import { openRecorderBench, type RecorderBench } from './test-support/recorder-bench.ts';

const open: RecorderBench[] = [];
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close();
});

async function bench(): Promise<RecorderBench> {
  const opened = await openRecorderBench();
  open.push(opened);
  return opened;
}

const OFFER = {
  contentType: 'application/sdp',
  body: Buffer.from(sdpOffer([{ label: '1', address: '127.0.0.1' }])),
};

/** The first request of the recorder; it is left without an answer. */
function firstRequest(dialog: Dialog): Promise<InDialogRequest> {
  return new Promise((resolve) => {
    dialog.onRequest = resolve;
  });
}

describe('a client that owes the recorder an answer', () => {
  test('to a pause can end the call, pause it again and send metadata all the same', async () => {
    const { invite, recorder, left } = await bench();
    const { dialog } = await invite(OFFER);
    const [{ recordingId } = { recordingId: '' }] = recorder.calls();
    const asked = firstRequest(dialog);
    await recorder.pause(recordingId, { reason: 'A card number is read out.' });
    await asked;
    await recorder.resume(recordingId, { reason: 'It is over.' });
    await recorder.pause(recordingId, { reason: 'There is another one.' });
    expect(recorder.calls()).toMatchObject([{ state: 'paused' }]);
    const metadata = { contentType: 'application/rs-metadata+xml', body: Buffer.from('<recording/>') };
    expect((await dialog.request('UPDATE', metadata)).status).toBe(200);
    await dialog.bye();
    const { journal } = await left();
    expect(journal.at(-1)).toMatchObject({ type: 'ended', reason: 'remote-bye' });
  });

  test('to its BYE keeps nothing open', async () => {
    const { invite, left } = await bench();
    const { dialog } = await invite(undefined); // with nothing in the ACK, so the recorder hangs up
    const answer = Promise.withResolvers<undefined>();
    dialog.onBye = () => answer.promise;
    expect((await left()).journal.at(-1)).toMatchObject({ type: 'ended' });
    answer.resolve(undefined);
  });
});

test('a call that was answered otherwise while it was opened leaves nothing', async () => {
  const { recorder, spool } = await bench();
  recorder.handleInvite({
    request: request(OFFER),
    source: { transport: 'tcp', address: '127.0.0.1', port: 1 },
    cancelled: false,
    onCancel: undefined,
    replaces: undefined,
    provisional: () => undefined,
    reject: () => undefined,
    accept: () => {
      throw new HoldfastError('conflict', 'It has been answered before.');
    },
  });
  while (recorder.activeCalls > 0) await new Promise(setImmediate);
  expect(await readdir(spool)).toEqual([]);
});
