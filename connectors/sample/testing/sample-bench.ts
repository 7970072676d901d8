/** The acceptance bench of the Sample connector: a service of its own for every subject, behind the fault proxy. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultProxy } from '../../../test/support/connectors/fault-proxy.ts';
import { openSubject } from '../../../test/support/connectors/open-subject.ts';
import type { Bench, Subject, Variant } from '../../kit/acceptance/bench.ts';
import type { FieldValue } from '../../kit/fields.ts';
import { sample } from '../connector.ts';
import { SAMPLE_TOKENS, startSampleService } from './sample-service.ts';

const TOKENS: Readonly<Record<Variant, string>> = {
  good: SAMPLE_TOKENS.writer,
  poisoned: SAMPLE_TOKENS.writer,
  'wrong-host': SAMPLE_TOKENS.writer,
  'no-permission': SAMPLE_TOKENS.reader,
  'bad-credential': 'canary-sample-token-of-nobody',
};

/** Makes the bench. */
export function sampleBench(): Bench {
  return {
    connector: sample,
    readme: readFileSync(join(import.meta.dirname, '../README.md'), 'utf8'),
    open: (variant, options) => open(variant, options?.timeoutMs),
    failingChecks: [
      { variant: 'wrong-host', check: 'reachable', class: 'transient' },
      { variant: 'bad-credential', check: 'authenticated', class: 'auth' },
      { variant: 'no-permission', check: 'permitted', class: 'permission' },
    ],
    poison: (record) => ({ ...record, region: 'poison' }),
    wholesome: (record) => record,
    lyingSuccess: {
      kind: 'answer',
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: '{"items":[]}',
    },
    mapped: { field: 'subject', value: 'A call about harbours', unknownField: 'nosuch' },
    canaries: () => Object.values(TOKENS),
  };
}

async function open(variant: Variant, timeoutMs?: number): Promise<Subject> {
  const tenantId = randomUUID();
  const service = await startSampleService(variant === 'poisoned' ? 'poison' : undefined);
  const proxy = await startFaultProxy(service.url, (_method, path) => path.endsWith('/batch'));
  const subject = await openSubject(sample, proxy, {
    variant,
    timeoutMs,
    tenantId,
    config: { address: proxy.url },
    credential: { type: 'bearer', token: TOKENS[variant] },
  });
  const documentOf = (id: string) => service.documents.get(id)?.document ?? undefined;
  return {
    ...subject,
    remote: async (id) => {
      const document = documentOf(id);
      if (document === undefined) return undefined;
      return { revision: Number(document['revision']), held: document['held'] === true };
    },
    remoteFields: async (id) => (documentOf(id) ?? {}) as Record<string, FieldValue>,
    count: async () => [...service.documents.values()].filter(({ document }) => document !== null).length,
    close: async () => {
      await subject.close();
      await service.close();
    },
  };
}
