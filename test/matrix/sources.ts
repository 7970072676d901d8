import type { OfferForm } from '../../recorder-core/siprec/client/call-options.ts';
import type { WarningCode } from '../../recorder-core/siprec/warnings.ts';
import type { ChangeName } from './changes.ts';

/** A kind of recording client, played as its dialect has it. */
export interface MatrixSource {
  readonly dialect: string;
  /** As the page names it. */
  readonly title: string;
  /** How its calls can begin; a source that never sends metadata has one way only. */
  readonly offers: readonly OfferForm[];
  /** `mixed`: one line for all. `per-line`: a dialog for each party. */
  readonly lines: 'separate' | 'mixed' | 'per-line';
  /** It never sends metadata. */
  readonly bare?: true;
  /** What its vendor is known for: played with it whatever else the pairs ask for. */
  readonly knownFor: readonly ChangeName[];
  /** What is not played with it, because its calls cannot say it. */
  readonly cannot?: readonly ChangeName[];
  /** Its headers name the call, so that two recordings of it find each other without metadata too. */
  readonly namesCallInHeaders?: true;
  /** What is odd about its SDP, whatever comes with it. */
  readonly warnings: readonly WarningCode[];
  /** What is odd about its metadata; and about the metadata of its INVITE, which an UPDATE completes. */
  readonly metadataWarnings?: readonly WarningCode[];
  readonly openingWarnings?: readonly WarningCode[];
  /** What is odd once it offers by itself, where the first offer is the recorder's. */
  readonly reofferWarnings?: readonly WarningCode[];
}

const ALL_OFFERS: readonly OfferForm[] = ['both', 'metadata-first', 'metadata-later', 'sdp', 'delayed'];
const usual = { offers: ALL_OFFERS, lines: 'separate', warnings: [] } as const;

/** All sources of the matrix; the tests see to it that none of the client's dialects is missing. */
export const SOURCES: readonly MatrixSource[] = [
  {
    ...usual,
    dialect: 'rfc7865',
    title: 'plain RFC 7865',
    knownFor: ['bye-metadata', 'cancel', 'srtp-gcm', 'codec', 'ssrc', 'rekey'],
  },
  {
    ...usual,
    dialect: 'oracle',
    title: 'Oracle (Acme Packet)',
    knownFor: ['transfer', 'doubled', 'hold-inactive', 'replaces'],
  },
  {
    ...usual,
    dialect: 'cisco-cube',
    title: 'Cisco CUBE, SIPREC',
    knownFor: ['hold-inactive', 'hold-sendonly', 'transfer-ports', 'resume-without-offer', 'no-body'],
  },
  {
    dialect: 'cisco-nbr',
    title: 'Cisco CUBE, network-based recording',
    offers: ['sdp'],
    lines: 'mixed',
    bare: true,
    knownFor: ['hold-inactive', 'ports', 'no-body'],
    warnings: ['label_missing', 'metadata_missing', 'party_from_headers', 'label_shared'],
  },
  {
    dialect: 'cisco-cucm',
    title: 'Cisco CUCM, built-in bridge',
    offers: ['delayed'],
    lines: 'per-line',
    bare: true,
    knownFor: ['none', 'hold-inactive', 'resume-without-offer', 'no-body'],
    warnings: ['metadata_missing', 'party_from_headers'],
    reofferWarnings: ['label_missing'],
  },
  {
    ...usual,
    dialect: 'audiocodes',
    title: 'AudioCodes Mediant',
    knownFor: ['transfer', 'pause', 'end', 'replaces', 'hold-by-update'],
  },
  {
    ...usual,
    dialect: 'ribbon',
    title: 'Ribbon (Sonus)',
    knownFor: ['snapshot', 'metadata-update', 'metadata-partial', 'hold-inactive'],
  },
  {
    ...usual,
    dialect: 'metaswitch',
    title: 'Metaswitch',
    lines: 'mixed',
    knownFor: ['ports', 'join-shared', 'transfer-ports'],
    metadataWarnings: ['label_shared'],
  },
  {
    ...usual,
    dialect: 'avaya',
    title: 'Avaya SBCE',
    knownFor: ['metadata-update', 'replaces', 'hold-inactive', 'transfer'],
    namesCallInHeaders: true,
    openingWarnings: ['metadata_missing_id', 'party_placeholder', 'party_by_position'],
  },
  {
    ...usual,
    dialect: 'broadworks',
    title: 'BroadWorks, Webex Calling',
    knownFor: ['hold-null-address', 'join-shared', 'metadata-update', 'metadata-reinvite', 'codec'],
    namesCallInHeaders: true,
  },
  {
    ...usual,
    dialect: 'opensips',
    title: 'OpenSIPS',
    warnings: ['address_missing'],
    // Its SDP names no address, so none that is null.
    cannot: ['hold-null-address'],
    knownFor: ['srtp-mixed', 'rehomed', 'cancel', 'hold-inactive', 'rekey'],
  },
  {
    ...usual,
    dialect: 'netsapiens',
    title: 'NetSapiens, Crexendo',
    knownFor: ['rehomed', 'hold-inactive', 'no-body'],
    // Its metadata binds by position: nobody can share a line.
    cannot: ['join-shared'],
    metadataWarnings: ['party_by_position'],
  },
  {
    ...usual,
    dialect: 'genesys',
    title: 'Genesys Media Server',
    knownFor: ['doubled', 'rehomed', 'ssrc'],
    namesCallInHeaders: true,
  },
];
