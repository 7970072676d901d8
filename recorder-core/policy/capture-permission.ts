/**
 * From a demand of the law and what is known of each party to what may be stored now: of each party, and whether the
 * session goes on. Strict by construction: a further party, a refusal or a withdrawal never adds anybody to those who
 * are stored. Pure.
 */
import type { Demand } from './consent-lattice.ts';
import { NO_STANDING, type Standing } from './consent-standing.ts';

/** One party that is in the call now. */
export interface PresentParty extends Standing {
  readonly id: string;
  /** One of the tenant's own people. */
  readonly own: boolean;
  /** Somebody is known to be behind it; a line nobody was named for may still turn out to be anybody's. */
  readonly known: boolean;
  /** The media line it speaks on; parties on one line are mixed, and can only be stored together. */
  readonly line?: string | undefined;
}

/** How the tenant has the consent of parties obtained, and what it does without. */
export interface ConsentPractice {
  /**
   * `by-recording-client`: the tenant states that parties are told, and asked, before media is sent. `with-evidence`: evidence
   * for each party is awaited. `none`: nobody does.
   */
  readonly announcement: 'by-recording-client' | 'with-evidence' | 'none';
  /**
   * What follows when a party refuses or never answers. `end`: all stand together; nobody is stored before everybody may be,
   * and one refusal ends the session. `leave-out`: each stands alone; who may not be stored is left out.
   */
  readonly withoutConsent: 'end' | 'leave-out';
}

export interface PermissionInput extends ConsentPractice {
  readonly demand: Demand;
  readonly parties: readonly PresentParty[];
  /** The time that parties have to answer is over. */
  readonly waitIsOver: boolean;
}

/** Why a party is stored or not. `not-own`, `refused`, `silent` and `mixed` are for good, the others for now. */
export type PartyReason =
  | 'permitted'
  | 'not-own'
  | 'refused'
  | 'silent'
  | 'mixed'
  | 'awaits-evidence'
  | 'awaits-name'
  | 'awaits-others'
  | 'paused'
  | 'ended';

/** What may be stored now. `wait`: nothing yet, and the session goes on; `end`: nothing, and it does not. */
export interface Permission {
  readonly act: 'store' | 'wait' | 'end';
  readonly parties: readonly {
    readonly id: string;
    readonly stored: boolean;
    readonly reason: PartyReason;
  }[];
}

/** Decides what may be stored of the parties that are present; nobody known is one party of whom nothing is known. */
export function permitCapture(input: PermissionInput): Permission {
  const { demand, withoutConsent, parties } = input;
  const asked = byLine(
    (parties.length > 0 ? parties : [NOBODY]).map((party) => ({ party, reason: reasonOf(party, input) })),
  );
  const permission = couple(asked, demand, withoutConsent);
  return parties.length > 0 ? permission : { ...permission, parties: [] };
}

const NOBODY: PresentParty = { id: 'call', own: false, known: false, ...NO_STANDING };

/** Whoever shares a line with somebody who may not be stored may not be stored either: for good, or until that one may. */
function byLine(asked: readonly { readonly party: PresentParty; readonly reason: PartyReason }[]): Asked {
  return asked.map(({ party, reason }) => {
    const others = asked.filter(({ party: { line } }) => line !== undefined && line === party.line);
    if (reason !== 'permitted' || others.every((other) => other.reason === 'permitted'))
      return { id: party.id, reason };
    const awaited = others.some(
      (other) => other.reason === 'awaits-evidence' || other.reason === 'awaits-name',
    );
    return { id: party.id, reason: awaited ? 'awaits-others' : 'mixed' };
  });
}

type Asked = readonly { readonly id: string; readonly reason: PartyReason }[];

function couple(asked: Asked, demand: Demand, withoutConsent: ConsentPractice['withoutConsent']): Permission {
  const some = (...reasons: readonly PartyReason[]): boolean =>
    asked.some(({ reason }) => reasons.includes(reason));
  if (demand.capture === 'none' || demand.capture === 'refuse-call') return nobody('end', asked, 'ended');
  const together = withoutConsent === 'end';
  if (together && some('refused', 'silent')) return nobody('end', asked, 'ended');
  if (demand.paused) return nobody('wait', asked, 'paused');
  if (together && some('awaits-evidence')) return nobody('wait', asked, 'awaits-others');
  if (!some('permitted')) {
    return nobody(some('awaits-evidence', 'awaits-name') ? 'wait' : 'end', asked, 'ended');
  }
  return {
    act: 'store',
    parties: asked.map((party) => ({ ...party, stored: party.reason === 'permitted' })),
  };
}

/** A party whose own reason is that it may be stored gets the reason why it is not all the same. */
function nobody(act: 'wait' | 'end', parties: Asked, instead: PartyReason): Permission {
  return {
    act,
    parties: parties.map(({ id, reason }) => ({
      id,
      stored: false,
      reason: reason === 'permitted' ? instead : reason,
    })),
  };
}

function reasonOf(party: PresentParty, input: PermissionInput): PartyReason {
  const { demand, waitIsOver } = input;
  if (party.answer === 'refused' || party.answer === 'withdrawn') return 'refused';
  if (demand.capture === 'own-side' && !party.own) {
    return party.known || waitIsOver ? 'not-own' : 'awaits-name';
  }
  if (isMet(party, input)) return 'permitted';
  return input.announcement === 'with-evidence' && !waitIsOver ? 'awaits-evidence' : 'silent';
}

/** Whether the notice that the demand asks for has been given to this party. */
function isMet(party: PresentParty, { demand, announcement }: PermissionInput): boolean {
  if (demand.notice === 'none' || announcement === 'by-recording-client') return true;
  if (party.answer === 'assented') return true;
  if (demand.notice === 'assent') return false;
  return party.told === 'announcement' || (demand.notice === 'tone' && party.told === 'tone');
}
