import type { SipRequest } from '../sip/message.ts';
import type { CallFact } from './metadata.ts';
import type { OfferedStream } from './offered-stream.ts';

/**
 * What a request tells of the parties' knowledge that they are recorded (RFC 7866 sections 6.1.2 and
 * 7.1): indication and preference of each media line by its label, and the option tag `record-aware`.
 * It is stored as seen and handed to whoever decides consent; that it is missing proves nothing, as
 * most sources can signal neither. Pure.
 */
export function awarenessFacts(
  streams: readonly OfferedStream[],
  request: SipRequest | undefined,
): CallFact[] {
  const told = streams.flatMap(({ label, record, recordPreference }) => {
    const subject = label === undefined ? {} : { subjectId: label };
    return [
      ...(record === undefined ? [] : [{ name: 'recording_indication' as const, value: record, ...subject }]),
      ...(recordPreference === undefined
        ? []
        : [{ name: 'recording_preference' as const, value: recordPreference, ...subject }]),
    ];
  });
  const options = request
    ? [...request.headers.getAll('Supported'), ...request.headers.getAll('Require')]
    : [];
  const aware = options.some((value) => /(^|,)\s*record-aware\s*(,|$)/i.test(value));
  return aware ? [...told, { name: 'record_aware', value: 'true' }] : told;
}
