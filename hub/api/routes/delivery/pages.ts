import type { Response } from 'express';
import type { HandoverDecision } from '../../../../recorder-core/policy/export-rules.ts';
import { html, sendPage, type Html } from '../../public-page.ts';
import type { Handing } from './handover.ts';

/** What a closed link says, by why it is closed. */
const CLOSED: Readonly<
  Record<Exclude<HandoverDecision, 'open'>, { status: number; title: string; text: string }>
> = {
  preparing: {
    status: 425,
    title: 'Not ready yet',
    text: 'The bundle is still being prepared. Open this link again in a few minutes.',
  },
  revoked: {
    status: 410,
    title: 'This link was withdrawn',
    text: 'The sender has taken it back. Ask the sender for a new one.',
  },
  expired: {
    status: 410,
    title: 'This link has expired',
    text: 'The days for which it was made are over. Ask the sender for a new one.',
  },
  locked: {
    status: 410,
    title: 'This link is locked',
    text: 'A wrong passcode was given too often. Ask the sender for a new link.',
  },
  closed: {
    status: 410,
    title: 'There is nothing to fetch here',
    text: 'The bundle was not made. Ask the sender.',
  },
};

/** Says why a link hands nothing over. */
export function sendClosed(
  response: Response,
  { sender, decision }: Pick<Handing, 'sender' | 'decision'>,
): void {
  if (decision === 'open') throw new Error('An open link has no such page.');
  const { status, title, text } = CLOSED[decision];
  if (decision === 'preparing') response.set('Retry-After', '60');
  sendPage(
    response,
    status,
    title,
    html`${from(sender)}
      <h1>${title}</h1>
      <p>${text}</p>`,
  );
}

/** Says that there is no such link. */
export function sendUnknown(response: Response): void {
  const text =
    'It may have been cut short on its way. Copy the whole link from the message, or ask the sender for a new one.';
  sendPage(
    response,
    404,
    'No such link',
    html`<h1>There is no such link</h1>
      <p>${text}</p>`,
  );
}

/** Asks for the passcode. `left` attempts after one that was not right; 401 also where a download was asked for without it. */
export function sendPasscodeForm(
  response: Response,
  status: 200 | 401,
  { sender }: Pick<Handing, 'sender'>,
  action: string,
  left?: number,
): void {
  const complaint =
    left === undefined
      ? html``
      : html`<p class="bad" role="alert">
          This passcode is not right. After ${left === 1 ? 'one more wrong one' : `${left} more wrong ones`}
          the link is locked.
        </p>`;
  sendPage(
    response,
    status,
    'Passcode',
    html`${from(sender)}
      <h1>A sealed evidence bundle is waiting for you</h1>
      <p>Give the passcode that the sender has told you by another way than this link.</p>
      ${complaint}
      <form method="post" action="${action}">
        <label for="passcode">Passcode</label>
        <input
          id="passcode"
          name="passcode"
          required
          maxlength="64"
          autocomplete="one-time-code"
          autocapitalize="characters"
          spellcheck="false"
          autofocus
        />
        <button class="button" type="submit">Continue</button>
      </form>
      <p class="note">Every attempt and every download is recorded.</p>`,
  );
}

/** Says what is here and how to open it. */
export function sendDownloadPage(response: Response, handing: Handing, path: string): void {
  const { found, sender } = handing;
  const { bundle } = found;
  if (bundle === null) throw new Error('An open link has a bundle.');
  const name = bundleName(found.id);
  const count = found.recordings === 1 ? '1 recording' : `${found.recordings} recordings`;
  const key =
    bundle.envelopeKey === null
      ? html``
      : html`<a class="button second" href="${path}/key">Download the key</a>`;
  sendPage(
    response,
    200,
    'Evidence bundle',
    html`${from(sender)}
      <h1>Evidence bundle for ${found.recipient}</h1>
      <dl>
        <dt>File</dt>
        <dd>${name}</dd>
        <dt>Contains</dt>
        <dd>${count}</dd>
        <dt>Purpose</dt>
        <dd>${found.purpose}</dd>
        ${matterOf(found.matter)}
        <dt>Size</dt>
        <dd>${bundle.size.toLocaleString('en-GB')} bytes</dd>
        <dt>Expires</dt>
        <dd>${utc(found.expiresAt)}</dd>
        <dt>SHA-256</dt>
        <dd><code>${bundle.sha256}</code></dd>
      </dl>
      <a class="button" href="${path}/bundle" download="${name}">Download the bundle</a>${key}
      <h2>How to open it</h2>
      ${opening(name, bundle.envelopeKey !== null)}
      <h2>How to check it</h2>
      <p>
        Ask the sender for the trust file by another way, and compare its fingerprint by voice. Then, without
        any network:
      </p>
      <pre>holdfast verify bundle.zip --trust trust.json</pre>
      <p class="note">
        The bundle bears a mark of its recipient. Every range that is fetched is recorded. A download that was
        interrupted can be continued from where it stopped.
      </p>`,
  );
}

/** Name of the file as the recipient saves it. */
export function bundleName(exportId: string): string {
  return `holdfast-${exportId}.zip.age`;
}

function opening(name: string, withCertificate: boolean): Html {
  if (!withCertificate) {
    return html`<p>
        It is encrypted to your age key. See that the file has the SHA-256 above, then open it with
        <a href="https://age-encryption.org">age</a>:
      </p>
      <pre>
sha256sum ${name}
age --decrypt --identity key.txt --output bundle.zip ${name}</pre>`;
  }
  return html`<p>
      It is encrypted to your certificate. See that the file has the SHA-256 above. Download the key too; your
      private key opens it, and <a href="https://age-encryption.org">age</a> then opens the bundle:
    </p>
    <pre>
sha256sum ${name}
openssl cms -decrypt -inform DER -in ${name.replace('.age', '.p7m')} -inkey private.pem -out identity.txt
age --decrypt --identity identity.txt --output bundle.zip ${name}
rm identity.txt</pre>`;
}

function from(sender: string): Html {
  return html`<p class="from">From ${sender}</p>`;
}

function matterOf(matter: string | null): Html {
  return matter === null
    ? html``
    : html`<dt>Matter</dt>
        <dd>${matter}</dd>`;
}

function utc(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
