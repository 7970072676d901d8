import { randomInt } from 'node:crypto';
import type { AnswerOrigin } from '../siprec/local-stream.ts';

/**
 * The descriptions that the recorder sends in one dialog: one session id, and a version that grows by one with every
 * change and only then (RFC 3264 section 8).
 */
export class SessionDescriptions {
  readonly #sessionId = String(randomInt(1, 2 ** 47));
  readonly #address: string;
  #version = 0;
  #last = '';

  constructor(address: string) {
    this.#address = address;
  }

  /** The description sent last; empty before the first. */
  get last(): string {
    return this.#last;
  }

  /** The next description, as `build` prints it for an origin. */
  next(build: (origin: AnswerOrigin) => string): string {
    const as = (version: number): string =>
      build({ sessionId: this.#sessionId, version, address: this.#address });
    if (as(this.#version) !== this.#last) {
      this.#version += 1;
      this.#last = as(this.#version);
    }
    return this.#last;
  }
}
