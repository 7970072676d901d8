import type { ClientForm, PlayedCallFacts } from '../../dialects/client-form.ts';
import type { InviteOptions } from '../../../sip/user-agent.ts';
import type { ClientBody } from './client-body.ts';

/** Parameters that mark a Contact as that of a recording source (RFC 7866 section 6.2). */
const SOURCE_MARK = ';+sip.src';

/** The INVITE of a dialect's sources to one target; without a body the recorder makes the offer. */
export function inviteOptions(
  form: ClientForm,
  facts: PlayedCallFacts,
  call: { readonly target: string; readonly localAddress: string; readonly body: ClientBody },
): InviteOptions {
  const { target, localAddress, body } = call;
  const { headers = {}, ...content } = body;
  const caller = callerUri(facts.parties[facts.line]?.aor ?? '', localAddress);
  return {
    target,
    from: `<${caller}${form.fromUriParams?.(facts) ?? ''}>`,
    to: `<${target.replace(/;.*$/, '')}>`,
    contactParams: (uri) => contactOf(form, uri),
    headers: {
      ...(form.requiresSiprec === false ? {} : { Require: 'siprec' }),
      ...form.headers?.(facts),
      ...headers,
    },
    ...content,
  };
}

function contactOf(
  { contactParams = SOURCE_MARK, contactPlace = 'header' }: ClientForm,
  uri: string,
): string {
  if (contactPlace === 'header') return `<${uri}>${contactParams}`;
  return `<${uri}${contactParams}${contactPlace === 'uri' ? '>' : ''}`;
}

/** A source calls in the name of a party where that is a SIP address, else in its own. */
function callerUri(aor: string, address: string): string {
  if (/^sips?:[^\s<>]+$/i.test(aor)) return aor;
  const host = address.includes(':') ? `[${address}]` : address;
  return `sip:${/^(tel:)?(\+?[\d-]+)$/i.exec(aor)?.[2] ?? 'src'}@${host}`;
}
