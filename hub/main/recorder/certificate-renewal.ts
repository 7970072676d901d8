import type { TlsListenSettings } from '../../../recorder-core/sip/user-agent.ts';
import { describeError } from '../../observability/logger.ts';
import type { Resources } from '../open-resources.ts';

const LOOK_EVERY_MS = 60_000;

/** What it takes to notice new certificates and to use them. */
export interface CertificateRenewalOptions {
  readonly log: Pick<Resources['log'], 'info' | 'error'>;
  /** Reads key, certificate and authorities as they stand on the disk now; undefined without TLS. */
  readonly read: () => TlsListenSettings | undefined;
  /** Uses them for connections from now on; throws, and changes nothing, when they cannot be used. */
  readonly renew: (settings: TlsListenSettings) => void;
}

/**
 * Takes new certificates as they are put in place of the old ones, without a restart: looks once a minute, as renewing
 * tools write whenever they like. Files that are half written, or do not fit each other, are tried again at the next look.
 */
export class CertificateRenewal {
  readonly #options: CertificateRenewalOptions;
  readonly #timer: NodeJS.Timeout;
  #inUse: string;

  constructor(options: CertificateRenewalOptions) {
    this.#options = options;
    this.#inUse = JSON.stringify(options.read());
    this.#timer = setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Looks now. Never throws. */
  look(): void {
    const { log, read, renew } = this.#options;
    try {
      const settings = read();
      const found = JSON.stringify(settings);
      if (settings === undefined || found === this.#inUse) return;
      renew(settings);
      this.#inUse = found;
      log.info({}, 'new certificates are in use; connections that stand go on with theirs');
    } catch (error) {
      log.error({ error: describeError(error) }, 'new certificates cannot be used yet; the old ones stay');
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
