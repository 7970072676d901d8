import { findSign, NO_SIGN_RULES, type SignedCall, type SignRules } from '../policy/call-signs.ts';
import { CIRCUMSTANCES, type Circumstance } from '../policy/rule-pack.ts';
import type { SipMessage } from '../sip/message.ts';
import { emergencySign } from '../siprec/emergency-call.ts';
import type { CallFactName } from '../siprec/metadata.ts';
import type { RecordingBody } from '../siprec/offer.ts';
import type { XmlElement } from '../siprec/xml-tree.ts';

/**
 * The header in which a recording client or telephone system says that a circumstance begins or ends, in an INVITE, UPDATE or
 * INFO of the session: `payment-card;begins`, `payment-card;ends`. Repeatable; without either word it begins.
 */
export const CIRCUMSTANCE_HEADER = 'X-Recording-Circumstance';

/** More than any message has; the rest is not read. */
const MOST_SAID = 16;

/** A circumstance that begins or ends; `by` names the sign and never a value. */
export interface CircumstanceHeard {
  readonly circumstance: Circumstance;
  readonly state: 'begins' | 'ends';
  readonly by: string;
}

/** What signs in one message say of the call. */
export interface SignsHeard {
  readonly circumstances: readonly CircumstanceHeard[];
  readonly purposes: readonly { readonly purpose: string; readonly by: string }[];
}

/** Nothing. */
export const NO_SIGNS: SignsHeard = { circumstances: [], purposes: [] };

/** Where signs are looked for, besides the headers of the message. */
export interface SignPlaces {
  readonly body?: Pick<RecordingBody, 'metadata' | 'facts'>;
  /** Addresses of the parties. */
  readonly parties?: readonly (string | undefined)[];
  readonly department?: string | undefined;
}

/** Facts that name whom the recorded call was for. */
const CALLED: ReadonlySet<CallFactName> = new Set<CallFactName>([
  'called_number',
  'dialed_digits',
  'to_header',
  'request_uri',
]);

/** Reads the signs of a message: those that every recorder knows, and those that its file names. Pure. */
export function signsIn(
  request: Pick<SipMessage, 'headers'>,
  { body, parties = [], department }: SignPlaces,
  rules: SignRules = NO_SIGN_RULES,
): SignsHeard {
  const facts = body?.facts ?? [];
  const called = facts.filter(({ name }) => CALLED.has(name)).map(({ value }) => value);
  const addresses = [...parties.flatMap((aor) => aor ?? []), ...called].map(bareAddress);
  const call: SignedCall = {
    header: (name) => request.headers.getAll(name),
    metadata: (name) => metadataValues(name, body),
    addresses,
    department,
  };
  const emergency = emergencySign(request, addresses);
  return {
    circumstances: [
      ...(emergency === undefined
        ? []
        : [{ circumstance: 'emergency', state: 'begins', by: emergency } as const]),
      ...saidInHeader(request),
      ...rules.circumstances.flatMap(({ circumstance, ...signs }) => {
        const found = findSign(signs, call);
        return found === undefined ? [] : [{ circumstance, ...found }];
      }),
    ],
    purposes: rules.purposes.flatMap(({ purpose, ...signs }) => {
      const found = findSign(signs, call);
      return found?.state === 'begins' ? [{ purpose, by: found.by }] : [];
    }),
  };
}

function saidInHeader({ headers }: Pick<SipMessage, 'headers'>): CircumstanceHeard[] {
  const values = headers.getAll(CIRCUMSTANCE_HEADER).flatMap((value) => value.split(','));
  return values.slice(0, MOST_SAID).flatMap((value) => {
    const [word, ...params] = value.split(';').map((piece) => piece.trim().toLowerCase());
    const circumstance = CIRCUMSTANCES.find((one) => one === word);
    if (circumstance === undefined) return [];
    const state = params.includes('ends') && !params.includes('begins') ? 'ends' : 'begins';
    return [{ circumstance, state, by: `header ${CIRCUMSTANCE_HEADER}` }];
  });
}

/** Of extension elements and attributes, by their local name, and of facts under their common names. */
function metadataValues(name: string, body: SignPlaces['body']): string[] {
  const extensions = body?.metadata?.document?.metadata.extensions ?? [];
  const facts = (body?.facts ?? []).filter((fact) => fact.name === name).map(({ value }) => value);
  return [...facts, ...extensions.flatMap(({ element }) => valuesIn(element, name))];
}

function valuesIn(element: XmlElement, name: string): string[] {
  const attribute = element.attributes[name];
  return [
    ...(element.name === name ? [element.text] : []),
    ...(attribute === undefined ? [] : [attribute]),
    ...element.children.flatMap((child) => valuesIn(child, name)),
  ];
}

/** A header's address without its name and parameters. */
function bareAddress(value: string): string {
  return /<([^<>]*)>/.exec(value)?.[1] ?? value;
}
