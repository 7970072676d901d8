/** Who can ask a person to sign in again: the frame of the console. */
export interface SignInAsker {
  /** Begins to ask; answers whether the same person has signed in again. */
  ask(): Promise<boolean>;
  /** Somebody waits for the answer now: asks in the person's way, not beside it. */
  urge(): void;
}

/**
 * Where calls wait that found their session ended. Several calls at once are one question. What the console reads by itself asks
 * beside the person's work; what the person does asks in its way. Where nobody can ask, the answer is no.
 */
export class SignInDesk {
  #asker: SignInAsker | undefined;
  #asked: Promise<boolean> | undefined;

  /** Takes the questions from now on; answers what ends that. */
  register(asker: SignInAsker): () => void {
    this.#asker = asker;
    return () => {
      if (this.#asker === asker) this.#asker = undefined;
    };
  }

  /** Asks, or waits for the answer to the question that is open. */
  ask(urgent: boolean): Promise<boolean> {
    if (this.#asker === undefined) return Promise.resolve(false);
    this.#asked ??= this.#asker.ask().finally(() => {
      this.#asked = undefined;
    });
    if (urgent) this.#asker.urge();
    return this.#asked;
  }
}

/** The desk of this page. */
export const signInDesk = new SignInDesk();
