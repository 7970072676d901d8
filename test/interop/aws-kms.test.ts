/** Our KMS client against moto, an independent implementation of the service's interface. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { keyProviderConformance } from '../../recorder-core/vault/key-provider.conformance.ts';
import { openAwsKms } from '../../recorder-core/vault/providers/aws-kms/aws-kms-provider.ts';
import { motoPeer } from '../support/peers/moto.ts';
import { suiteTitle, type RunningPeer } from '../support/peers/peer.ts';

const { title, skip } = suiteTitle(motoPeer, 'AWS KMS, against moto');

(skip ? describe.skip : describe)(title, () => {
  let moto: RunningPeer;
  let made = 0;
  beforeAll(async () => {
    moto = await motoPeer.start();
  }, 300_000);
  afterAll(() => moto.stop());

  keyProviderConformance(
    'moto',
    async () => {
      made += 1;
      const settings = {
        region: 'eu-central-1',
        endpoint: moto.url,
        keyName: `root-${made}`,
        deletionDays: 7,
      };
      const { username: accessKeyId, password: secretAccessKey } = moto.admin;
      const { provider } = await openAwsKms(settings, {
        create: true,
        credentials: { accessKeyId, secretAccessKey },
      });
      return { provider, disable: () => Promise.resolve() };
    },
    {
      destroyed: 'moto still decrypts under a key that waits for its deletion; shown by kms-double.ts',
      disabled: 'moto still decrypts under a disabled key; shown by kms-double.ts',
    },
  );
});
