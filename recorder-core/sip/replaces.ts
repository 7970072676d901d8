import type { Refusal } from './contract.ts';
import { dialogKey, type DialogParty } from './core.ts';
import { SipDialog } from './dialog.ts';
import type { SipRequest } from './message.ts';
import { parseParams } from './params.ts';
import { trimBlanks } from './quoted-text.ts';

/** The dialog that a Replaces header names, as its receiver sees it. */
export interface Replaces {
  readonly callId: string;
  /** `to-tag`. */
  readonly localTag: string;
  /** `from-tag`. */
  readonly remoteTag: string;
  readonly earlyOnly: boolean;
}

/** Reads a Replaces value (RFC 3891 section 6.1); `undefined` when it cannot be read. Never throws. */
export function parseReplaces(text: string): Replaces | undefined {
  const end = text.indexOf(';');
  const callId = trimBlanks(end === -1 ? text : text.slice(0, end));
  const params = parseParams(end === -1 ? '' : text.slice(end + 1));
  const [localTag, remoteTag] = [params.get('to-tag'), params.get('from-tag')];
  // A comma would be a second value, which no INVITE may carry.
  if (!/^[^\s,]+$/.test(callId) || localTag === undefined || remoteTag === undefined) return undefined;
  return { callId, localTag, remoteTag, earlyOnly: params.has('early-only') };
}

/**
 * The dialog that an INVITE outside dialogs replaces (RFC 3891 section 3), `{}` when it replaces none, or the refusal: 400 for
 * more than one header or an unreadable one, 481 for a dialog we do not have or have not yet answered, 603 for one
 * that is ending, 486 for an answered one when only an unanswered one was meant.
 */
export function resolveReplaces(
  { headers }: SipRequest,
  dialogs: ReadonlyMap<string, DialogParty>,
): { readonly dialog?: SipDialog } | { readonly refusal: Refusal } {
  const values = headers.getAll('Replaces');
  const [value] = values;
  if (value === undefined) return {};
  const replaces = parseReplaces(value);
  if (values.length > 1 || replaces === undefined)
    return { refusal: { status: 400, reason: 'Bad Replaces header' } };
  const party = dialogs.get(dialogKey(replaces.callId, replaces.localTag, replaces.remoteTag));
  if (!(party instanceof SipDialog)) return { refusal: { status: 481 } };
  if (party.state === 'ended') return { refusal: { status: 603 } };
  return replaces.earlyOnly ? { refusal: { status: 486 } } : { dialog: party };
}
