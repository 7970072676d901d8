import type { CallFact } from './metadata.ts';
import type { OfferedMetadata } from './offer.ts';
import type { RecordingWarning } from './warnings.ts';

/** A metadata document as received, with its time of arrival (epoch ms). */
export interface KeptDocument {
  readonly receivedAt: number;
  readonly contentType: string;
  readonly raw: Buffer;
}

/** Raw metadata kept for one session; sixty times what the longest known conference sends. */
export const MAX_KEPT_BYTES = 8 * 1024 * 1024;

/** Facts, and warnings, remembered for one session: a source that repeats itself with ever new ids gains nothing. */
const MAX_NOTES = 1024;

/** What a session collects beside its state: raw documents, facts and warnings, each within a bound. */
export class SessionNotes {
  #keptBytes = 0;
  readonly #documents: KeptDocument[] = [];
  readonly #facts = new Map<string, CallFact>();
  readonly #warnings = new Map<string, RecordingWarning>();

  get documents(): readonly KeptDocument[] {
    return this.#documents;
  }

  get facts(): CallFact[] {
    return [...this.#facts.values()];
  }

  get warnings(): RecordingWarning[] {
    return [...this.#warnings.values()];
  }

  /** Keeps a document as received; false when the session has used up its room. */
  keep(item: OfferedMetadata, receivedAt: number): boolean {
    if (this.#keptBytes + item.raw.length > MAX_KEPT_BYTES) return false;
    this.#keptBytes += item.raw.length;
    this.#documents.push({ receivedAt, contentType: item.contentType, raw: item.raw });
    return true;
  }

  /** The latest fact of each kind and subject stays. */
  learn(facts: readonly CallFact[]): void {
    for (const fact of facts) {
      const key = `${fact.name} ${fact.subjectId ?? ''}`;
      if (this.#facts.size < MAX_NOTES || this.#facts.has(key)) this.#facts.set(key, fact);
    }
  }

  /** Remembers each code and label once; gives what is new. */
  warn(found: readonly RecordingWarning[]): RecordingWarning[] {
    return found.filter((item) => {
      const key = `${item.code} ${item.label ?? ''}`;
      if (this.#warnings.has(key) || this.#warnings.size >= MAX_NOTES) return false;
      this.#warnings.set(key, item);
      return true;
    });
  }
}
