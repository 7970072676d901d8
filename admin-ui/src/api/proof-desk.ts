/** Asks the person for a proof of presence; answers whether they gave one. */
export type ProofAsker = () => Promise<boolean>;

/**
 * Where calls that need a fresh proof of presence wait for it. The screen that can ask registers; several calls at once are one
 * question, and where nobody can ask, the answer is no.
 */
export class ProofDesk {
  #asker: ProofAsker | undefined;
  #asked: Promise<boolean> | undefined;

  /** Takes the questions from now on; answers what ends that. */
  register(asker: ProofAsker): () => void {
    this.#asker = asker;
    return () => {
      if (this.#asker === asker) this.#asker = undefined;
    };
  }

  /** Asks, or waits for the answer to the question that is open. */
  ask(): Promise<boolean> {
    this.#asked ??= (this.#asker?.() ?? Promise.resolve(false)).finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }
}

/** The desk of this page. */
export const proofDesk = new ProofDesk();
