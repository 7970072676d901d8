/**
 * The eight known ways to wrap a signature of SAML (XSW 1 to 8): the signed element stays somewhere in the document, so that
 * its signature verifies, and another one stands where a careless reader looks.
 */

/** An answer whose assertion or response is signed, and what a forger would rather have it say. */
export interface WrappedAnswer {
  /** Signed at the response. */
  readonly signedResponse: string;
  /** Signed at the assertion. */
  readonly signedAssertion: string;
  readonly subject: string;
  readonly forged: string;
}

const SIGNATURE = /<ds:Signature[\s\S]*?<\/ds:Signature>/;
const ASSERTION = /<saml:Assertion[\s\S]*<\/saml:Assertion>/;

/** Every variant by its name. */
export function wrapSignature(answer: WrappedAnswer): Readonly<Record<string, string>> {
  const response = answer.signedResponse;
  const responseSignature = found(SIGNATURE, response);
  const bareResponse = response.replace(SIGNATURE, '');
  const evilResponse = forge(bareResponse, answer).replace(/ID="_response[^"]*"/, 'ID="_evil"');
  const whole = answer.signedAssertion;
  const assertion = found(ASSERTION, whole);
  const signature = found(SIGNATURE, assertion);
  const bare = assertion.replace(SIGNATURE, '');
  const evil = forge(bare, answer).replace(/ID="_assertion[^"]*"/, 'ID="_evil"');
  const afterIssuer = (element: string, put: string) =>
    element.replace('</saml:Issuer>', `</saml:Issuer>${put}`);
  const inside = (element: string, put: string) => element.replace(/<\/[\w:]+>$/, (end) => `${put}${end}`);
  const instead = (put: string) => whole.replace(assertion, () => put);
  const object = (put: string) => `<ds:Object>${put}</ds:Object>`;
  return {
    'XSW1: the response in the signature': afterIssuer(
      evilResponse,
      inside(responseSignature, object(bareResponse)),
    ),
    'XSW2: the response before the signature': afterIssuer(evilResponse, bareResponse + responseSignature),
    'XSW3: another assertion before the signed one': instead(evil + assertion),
    'XSW4: the signed assertion in another one': instead(inside(evil, assertion)),
    'XSW5: the signature in another assertion': instead(afterIssuer(evil, signature) + bare),
    'XSW6: the assertion in the signature of another': instead(afterIssuer(evil, inside(signature, bare))),
    'XSW7: another assertion in the extensions': instead(
      `<samlp:Extensions>${evil}</samlp:Extensions>${assertion}`,
    ),
    'XSW8: the assertion in an object of the signature of another': instead(
      afterIssuer(evil, inside(signature, object(bare))),
    ),
  };
}

function found(pattern: RegExp, text: string): string {
  const [match] = pattern.exec(text) ?? [];
  if (match === undefined) throw new Error('The answer is not as the wrapping wants it.');
  return match;
}

function forge(xml: string, { subject, forged }: WrappedAnswer): string {
  return xml.replace(`>${subject}<`, `>${forged}<`);
}
