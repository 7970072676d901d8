import {
  listStoreAlerts,
  readNewestProbe,
  type ObjectStoreProbe,
} from '../../../../recorder-core/records/object-store-probes.ts';
import { PROBE_CHECKS } from '../../../../recorder-core/vault/probe-object-store.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { objectStore, type ObjectStoreProbe as ShownProbe } from '../../schemas/object-store.ts';

const ALERTS = 20;

export const readObjectStore = defineEndpoint({
  method: 'get',
  path: '/object-store',
  summary: 'Shows the object store: what the last probe of its promises found, and alerts about it.',
  act: 'system.read',
  response: objectStore,
  async handle({ tx, services: { objects } }) {
    const probe = await readNewestProbe(tx);
    return {
      place: objects.place,
      lock: objects.lock?.mode ?? ('none' as const),
      probe: probe === undefined ? null : present(probe),
      alerts: await listStoreAlerts(tx, ALERTS),
    };
  },
});

function present({ probedAt, place, mode, verdict, findings }: ObjectStoreProbe): ShownProbe {
  const shown = findings.map((finding) => ({ ...finding, promise: PROBE_CHECKS[finding.check] }));
  return { probedAt, place, mode, verdict, findings: shown };
}
