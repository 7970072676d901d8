/**
 * Idempotency keys for one form: the same content sent again, after a lost answer, keeps its key, so that the hub acts
 * once; changed content, or content sent after a success, is a new intent with a new key.
 */
export class IntentKeys {
  readonly #newKey: () => string;
  #content: string | undefined;
  #key = '';

  constructor(newKey: () => string = () => crypto.randomUUID()) {
    this.#newKey = newKey;
  }

  /** The key to send with this content. */
  keyFor(content: string): string {
    if (this.#content !== content) {
      this.#content = content;
      this.#key = this.#newKey();
    }
    return this.#key;
  }

  /** To be called when the hub has acted: whatever is sent next is a new intent. */
  settle(): void {
    this.#content = undefined;
  }
}
