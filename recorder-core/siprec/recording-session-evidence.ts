import type { SipRequest } from '../sip/message.ts';

/** A sign that an INVITE opens a recording session, strongest first. */
export type RecordingEvidence =
  'require-siprec' | 'contact-src' | 'metadata-body' | 'contact-focus' | 'cisco-header';

/**
 * The signs that an INVITE opens a recording session (RFC 7866 section 6.1.1): the option tag, the
 * `+sip.src` feature tag as a header or URI parameter or with a bracket missing, the bare `;src` of
 * older sources, metadata in the body, and what Cisco sends instead of all that. Empty for an
 * ordinary call.
 */
export function recordingEvidence(request: SipRequest): RecordingEvidence[] {
  const { headers } = request;
  const contact = headers.get('Contact') ?? '';
  const options = headers.getAll('Require').join(',');
  const found: RecordingEvidence[] = [];
  if (/(^|,)\s*siprec\s*(,|$)/i.test(options)) found.push('require-siprec');
  if (/[;<\s](\+sip\.)?src\s*([;=>,]|$)/i.test(contact)) found.push('contact-src');
  const start = request.body.toString('latin1', 0, 64 * 1024);
  if (/application\/rs-metadata/i.test(`${headers.get('Content-Type') ?? ''}\n${start}`))
    found.push('metadata-body');
  if (/;\s*isfocus\b/i.test(contact) && /;\s*x-(near|far)end/i.test(headers.get('From') ?? '')) {
    found.push('contact-focus');
  }
  if (headers.get('X-Cisco-Recording-Participant') !== undefined) found.push('cisco-header');
  return found;
}

/** True when anything tells that this INVITE opens a recording session. */
export function isRecordingSession(request: SipRequest): boolean {
  return recordingEvidence(request).length > 0;
}
