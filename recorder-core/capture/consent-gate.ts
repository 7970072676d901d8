import { decideConsent, type ConsentDecision } from '../policy/consent.ts';
import type { VerifiedRulePack } from '../policy/rule-pack.ts';
import type { Party } from '../siprec/session-parties.ts';
import type { JournalEntry } from './session-journal.ts';

/** What consent depends on besides the call itself. */
export interface ConsentSettings {
  readonly pack: VerifiedRulePack;
  /** ISO 3166 code of the place where this node stands. */
  readonly recorderJurisdiction: string;
  readonly purpose: string;
  /** Who announces the recording and obtains assent: the recording client, by the tenant's own statement, or nobody. */
  readonly announcement: 'by-recording-client' | 'none';
}

/** Whether the call may be stored, and why; the sentences and rule ids are kept with the recording. */
export interface ConsentVerdict {
  readonly allowed: boolean;
  readonly explanation: Extract<JournalEntry, { type: 'started' }>['consent'];
}

/** Outcomes under which both sides may be stored once the parties know, or agree. */
const NEEDS_NOTICE = new Set(['TONE', 'ANNOUNCE', 'ASSENT']);

/**
 * Decides before the first frame is stored. Fails closed: an outcome that asks
 * for notice or assent is met only by the tenant's statement that the recording
 * client gives it, and one that this recorder cannot carry out is refused.
 * The existence of a recording session is no evidence of consent.
 */
export function askConsent(
  parties: readonly Party[],
  settings: ConsentSettings,
  decidedAt: string,
): ConsentVerdict {
  const decision = decideConsent(
    {
      parties: parties.map((party) => ({
        id: `party-${party.ordinal}`,
        ...(party.aor === undefined ? {} : { aor: party.aor }),
      })),
      recorderJurisdiction: settings.recorderJurisdiction,
      purpose: settings.purpose,
    },
    settings.pack,
  );
  const { allowed, reason } = permit(decision, settings.announcement);
  return {
    allowed,
    explanation: {
      outcome: decision.outcome,
      reasons: [...decision.reasons, reason],
      rules: decision.rules
        .filter((rule) => rule.decisive || rule.status === 'unverified')
        .map(({ id, source, status, jurisdiction, party, value }) => ({
          id,
          source,
          status,
          detail: `${value} for ${party} in ${jurisdiction}`,
        })),
      packDigest: decision.packDigest,
      decidedAt,
    },
  };
}

function permit(
  decision: ConsentDecision,
  announcement: ConsentSettings['announcement'],
): { allowed: boolean; reason: string } {
  const { outcome } = decision;
  if (outcome === 'RECORD')
    return { allowed: true, reason: 'No party has to be told, so the call is recorded.' };
  if (!NEEDS_NOTICE.has(outcome)) {
    return {
      allowed: false,
      reason: `The outcome ${outcome} does not permit storing both sides, so nothing is recorded.`,
    };
  }
  return announcement === 'by-recording-client'
    ? {
        allowed: true,
        reason:
          'The tenant states that the recording client informs the parties and obtains their assent before it sends media (setting announcement).',
      }
    : {
        allowed: false,
        reason:
          'Nobody is known to inform the parties, so nothing is recorded. State in the setting announcement who does.',
      };
}
