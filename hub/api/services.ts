import type { KeyObject } from 'node:crypto';
import type { SpeechDecoder } from '../../recorder-core/media/codecs/speech-decoder.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import type { PartAccess } from '../../recorder-core/records/open-part.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Readiness } from './schemas/session.ts';

/** What the API's routes work with; made once per process. */
export interface Services extends PartAccess {
  /** The rules by which "why is this kept" is answered as of now. */
  readonly pack: VerifiedRulePack;
  /** Plays AMR, AMR-WB and G.729; left out, they are not played. */
  readonly speech?: SpeechDecoder | undefined;
  /** Signs checkpoints of the ledger. */
  readonly ledgerKey: KeyObject;
  readonly now: () => Date;
  readonly newId: (at: Date) => string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** True where the console is reached by HTTPS, so that the cookie must be `Secure`. */
  readonly secureCookies: boolean;
  readonly readiness: () => Promise<Readiness>;
}
