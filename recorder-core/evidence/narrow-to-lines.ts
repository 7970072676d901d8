import type { Party } from '../records/parties.ts';
import type { ExportedRecording } from './read-recording.ts';

/**
 * A recording as a copy for one person has it (GDPR art. 15(4)): the lines of these labels as they were captured, silence in the
 * place of all others, and nothing that says who the others were. The frozen signalling and derived parts are about both sides,
 * so they are withheld; entries of the ledger stay, for the proof, with what opens their commitments left out. Pure.
 */
export function narrowToLines(exported: ExportedRecording, lines: readonly string[]): ExportedRecording {
  const isOwn = (label: string | null): boolean => label !== null && lines.includes(label);
  const nameless = (party: Party): Party =>
    isOwn(party.label) ? party : { ...party, name: null, address: null };
  const withheld = exported.parts.filter(({ kind, label }) => kind !== 'media' || !isOwn(label));
  return {
    ...exported,
    parties: exported.parties.map(nameless),
    channels: exported.channels.map((channel) => ({
      ...channel,
      party: channel.party && nameless(channel.party),
      ...(!isOwn(channel.label) && { parts: [], destroyed: [] }),
    })),
    holds: [],
    receipts: [],
    alerts: [],
    related: [],
    certificate: undefined,
    partDisposals: [],
    cuts: exported.cuts
      .map((cut) => ({ ...cut, labels: cut.labels.filter(isOwn) }))
      .filter(({ labels }) => labels.length > 0),
    consentEvidence: [],
    leaves: exported.leaves.map((leaf) => ({ ...leaf, openings: [] })),
    withheld: new Set(withheld.map(({ id }) => id)),
  };
}
