import type { Request, RequestHandler, Response } from 'express';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readProvider } from '../../../../recorder-core/records/identity-providers.ts';
import type { ProviderReference } from '../../../identity/providers/provider-addresses.ts';
import { ruleOfRefusal } from '../../../identity/providers/refused-sign-in.ts';
import { problemOf } from '../../problem.ts';
import { html, sendPage } from '../../public-page.ts';
import type { Services } from '../../services.ts';

/**
 * A step of a sign-in, whose failure is a page for the person and not a document for a program. A refusal is in the ledger
 * of the provider's tenant before it is shown.
 */
export function signInStep(
  services: Services,
  referenceOf: (request: Request) => ProviderReference,
  step: (request: Request, response: Response, reference: ProviderReference) => Promise<void>,
  words: RefusalWords = NOT_SIGNED_IN,
): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store');
    let reference: ProviderReference | undefined;
    try {
      reference = referenceOf(request);
      await step(request, response, reference);
    } catch (error) {
      if (!isHoldfastError(error)) services.log.error({ error }, 'a sign-in with a provider failed');
      if (reference !== undefined) await noteRefusedSignIn(services, reference, error);
      showRefusal(response, error, words);
    }
  };
}

/** What a page says that something came to nothing. */
interface RefusalWords {
  readonly title: string;
  readonly heading: string;
}

const NOT_SIGNED_IN = { title: 'Not signed in', heading: 'You were not signed in' };
/** Of a logout that a provider asked for. */
export const NOT_SIGNED_OUT = { title: 'Not signed out', heading: 'You were not signed out' };

/** Shows why somebody was not signed in, or out. */
export function showRefusal(response: Response, error: unknown, words: RefusalWords = NOT_SIGNED_IN): void {
  const { status, detail } = problemOf(error);
  sendPage(
    response,
    status,
    words.title,
    html`<h1>${words.heading}</h1>
      <p>${detail}</p>
      <p><a class="button" href="/sign-in">To the sign-in page</a></p>`,
  );
}

/** A refusal at a provider that exists, as an event of its tenant; bounded, because nobody is known who tries. */
export async function noteRefusedSignIn(
  { db, refusals, now }: Services,
  { tenantId, id }: ProviderReference,
  error: unknown,
): Promise<void> {
  const rule = ruleOfRefusal(error);
  if (rule === undefined) return;
  const at = now();
  await db.forTenant(tenantId, async (tx) => {
    if ((await readProvider(tx, id)) === undefined) return;
    const allowance = refusals.allow(`identity-provider ${id}`, at);
    if (allowance === undefined) return;
    await appendLeaf(tx, tenantId, {
      at,
      act: 'access.refused',
      object: { type: 'identity-provider', id },
      outcome: 'refused',
      rules: [rule],
      facts: {
        act: 'session.start',
        ...(allowance.unwritten === 0 ? {} : { unwrittenBefore: allowance.unwritten }),
      },
    });
  });
}
