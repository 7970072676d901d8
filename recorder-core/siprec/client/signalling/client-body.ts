import { buildMultipart } from '../../../sip/multipart.ts';
import type { ClientForm } from '../../dialects/client-form.ts';
import type { RecordingMetadata } from '../../metadata.ts';

/** What a request of the client says; either may be missing. */
export interface BodyContent {
  readonly sdp?: string | undefined;
  readonly metadata?: RecordingMetadata | undefined;
}

/** A body with the headers that belong to it; empty when there is nothing to say. */
export interface ClientBody {
  readonly contentType?: string;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const DISPOSITION = 'recording-session';
const METADATA_TYPE = 'application/rs-metadata+xml';
const BOUNDARY = 'recording-session-boundary';

/** Puts SDP and metadata into a body as sources of the form do: both in a multipart (RFC 7866 section 9.1), one alone. */
export function buildClientBody(form: ClientForm, { sdp, metadata }: BodyContent): ClientBody {
  const description = sdp === undefined ? undefined : Buffer.from(form.shapeSdp?.(sdp) ?? sdp);
  const document = metadata === undefined ? undefined : Buffer.from(form.writeMetadata(metadata));
  const metadataType = form.metadataType ?? METADATA_TYPE;
  if (description !== undefined && document !== undefined) {
    const parts = [
      { contentType: 'application/sdp', body: description },
      { contentType: metadataType, disposition: DISPOSITION, body: document },
    ];
    if (form.metadataFirst) parts.reverse();
    return buildMultipart([...parts, ...(form.moreParts ?? [])], form.boundary ?? BOUNDARY);
  }
  if (description !== undefined) return { contentType: 'application/sdp', body: description };
  if (document === undefined) return {};
  return { contentType: metadataType, body: document, headers: { 'Content-Disposition': DISPOSITION } };
}
