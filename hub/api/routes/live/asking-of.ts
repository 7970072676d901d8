import type { Asking } from '../../../../recorder-core/records/ask-recorder.ts';
import type { EndpointCall } from '../../endpoint.ts';
import type { askRecorder } from '../../schemas/live.ts';

/** Who asks a recorder for something, why, and under which new id. */
export function askingOf({
  body,
  identity: { tenantId, user: person },
  services,
  now,
}: Pick<
  EndpointCall<undefined, undefined, typeof askRecorder>,
  'body' | 'identity' | 'services' | 'now'
>): Asking {
  return { id: services.newId(now), tenantId, person, reason: body.reason, at: now };
}
