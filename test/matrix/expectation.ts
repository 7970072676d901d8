import type { CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import type { SessionRelation } from '../../recorder-core/siprec/session-relation.ts';
import type { WarningCode } from '../../recorder-core/siprec/warnings.ts';
import type { Speakers } from './changes.ts';
import { changeOf, type MatrixCase } from './matrix-case.ts';

/** True when the recorder learns names from metadata in the course of the case. */
function hasMetadata({ source, offer }: MatrixCase): boolean {
  return source.bare !== true && offer !== 'sdp';
}

/** Changes in which the source makes no offer of its own. */
const OFFERS_NOTHING: ReadonlySet<string> = new Set(['none', 'no-body', 'pause', 'end']);

/** Who must stand on which line at the end of each call, in the order of the lines. */
export function expectedSpeakers(played: MatrixCase): readonly Speakers[] {
  const { source } = played;
  const { speakers = [['a'], ['b']], mixed = [['a', 'b']], bare = [['a'], ['?']] } = changeOf(played);
  // Each of these names its parties in headers of its own.
  if (source.bare) return source.lines === 'mixed' ? [['a', 'b']] : [['a'], ['b']];
  // Any other only its caller, in From.
  if (!hasMetadata(played)) return source.lines === 'mixed' ? [['a']] : bare;
  return source.lines === 'mixed' ? mixed : speakers;
}

/** The warnings that each recording must have, no more and no less; sorted. */
export function expectedWarnings(played: MatrixCase): WarningCode[] {
  const { source, offer, change } = played;
  const codes: WarningCode[] = [...source.warnings, ...(changeOf(played).warnings ?? [])];
  if (hasMetadata(played)) codes.push(...(source.metadataWarnings ?? []));
  if (offer === 'both' || offer === 'metadata-first') codes.push(...(source.openingWarnings ?? []));
  if (offer === 'delayed' && !OFFERS_NOTHING.has(change)) codes.push(...(source.reofferWarnings ?? []));
  if (source.bare !== true && (offer === 'sdp' || offer === 'metadata-later')) {
    codes.push('metadata_missing', 'party_from_headers');
    if (source.lines === 'separate') codes.push('party_unknown');
  }
  return [...new Set(codes)].sort();
}

/** How the two recordings of a case must find each other. */
export function expectedRelation(played: MatrixCase): SessionRelation | undefined {
  const { source } = played;
  if (source.lines === 'per-line') return 'same-group';
  const known = hasMetadata(played) || source.namesCallInHeaders === true;
  return known ? changeOf(played).relation : undefined;
}

/** How long each recording must be, in ms. */
export function expectedLengths(played: MatrixCase, reports: readonly CallReport[]): number[] {
  const { cutAtMs } = changeOf(played);
  const lengths = reports.map(({ answeredAt, endedAt }) => endedAt - answeredAt);
  return cutAtMs === undefined ? lengths : [cutAtMs, ...lengths.slice(1)];
}
