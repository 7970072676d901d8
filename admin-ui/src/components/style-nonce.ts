/**
 * What the hub's policy asks of every style element that this page makes; empty where no policy asks (the development server).
 * Browsers show it to code of the page alone, never as text of the document.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}

/** Lets the dialogs' scroll lock (`get-nonce`, which looks at this name) make its style elements with the page's nonce. */
export function giveStyleNonce(): void {
  (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
}
