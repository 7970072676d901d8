/** The named tests of a connection to Sample. */
import { failedCheck, isCredentialRefusal } from '../kit/check-results.ts';
import type { CheckDefinition } from '../kit/connector.ts';
import { callSample, collectionPath, type SampleContext } from './client.ts';
import type { SampleConfig } from './config.ts';

type Check = CheckDefinition<SampleConfig>;

const askWhoIAm = (ctx: SampleContext) => callSample(ctx, { method: 'GET', path: '/v1/me', effect: 'read' });

const reachable: Check = {
  spec: { id: 'reachable', title: 'Sample answers', severity: 'required' },
  async run(ctx) {
    try {
      await askWhoIAm(ctx);
    } catch (error) {
      if (!isCredentialRefusal(error)) throw error;
    }
    return { status: 'ok', detail: 'Sample answers.' };
  },
};

const authenticated: Check = {
  spec: { id: 'authenticated', title: 'The credential is accepted', severity: 'required' },
  async run(ctx) {
    await askWhoIAm(ctx);
    return { status: 'ok', detail: 'The credential is accepted.' };
  },
};

const permitted: Check = {
  spec: { id: 'permitted', title: 'The credential may write recordings', severity: 'required' },
  async run(ctx) {
    const { mayWrite } = await askWhoIAm(ctx);
    if (mayWrite === true) return { status: 'ok', detail: 'The credential may write.' };
    return failedCheck(
      'permission',
      'The credential may read and not write.',
      'Give the token the right to write.',
    );
  },
};

const collection: Check = {
  spec: { id: 'collection', title: 'The collection is there', severity: 'required' },
  async run(ctx) {
    await callSample(ctx, { method: 'GET', path: collectionPath(ctx), effect: 'read' });
    return { status: 'ok', detail: 'The collection is there.' };
  },
};

/** In the order in which a person should read them. */
export const sampleChecks: readonly Check[] = [reachable, authenticated, permitted, collection];
