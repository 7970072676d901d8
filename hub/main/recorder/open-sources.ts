import {
  OPEN_POLICY,
  type MediaPolicy,
  type MediaPolicyOf,
} from '../../../recorder-core/capture/media-policy.ts';
import type { SipRequest } from '../../../recorder-core/sip/message.ts';
import {
  SourceGate,
  type Refusal,
  type SipSource,
  type SourceRule,
} from '../../../recorder-core/sip/user-agent.ts';
import { resolveSecret } from '../../config/read-recorder-file.ts';
import type { RecorderFile } from '../../config/recorder-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type ConfiguredSource = NonNullable<RecorderFile['sources']>[number];
interface MediaRule extends SourceRule {
  readonly media: MediaPolicy;
}

/** Who may send calls, and how the media of each is taken. */
export interface Sources {
  /** The answer that keeps a request out; undefined lets it in. */
  admit(request: SipRequest, source: SipSource): Refusal | undefined;
  readonly policyOf: MediaPolicyOf;
}

/**
 * The sources of the recorder's file; without any, everybody who reaches the port. `environment` holds the secrets that
 * the file names. @throws HoldfastError `config_invalid` for a secret that is not there.
 */
export function openSources({ sources }: RecorderFile, environment: Environment): Sources {
  if (sources === undefined) return { admit: () => undefined, policyOf: () => OPEN_POLICY };
  const gate = new SourceGate<MediaRule>(sources.map((one, index) => ruleOf(one, index, environment)));
  return {
    admit(request, source) {
      const admission = gate.admit(request, source);
      return 'refusal' in admission ? admission.refusal : undefined;
    },
    // What was let in has a rule; should one ever be missing, the strictest reading holds.
    policyOf: (_source, request) => gate.ruleOf(request)?.media ?? STRICT_POLICY,
  };
}

const STRICT_POLICY: MediaPolicy = {
  srtp: 'require',
  keysOverTlsOnly: true,
  digits: 'masked',
  senders: 'strict',
};

function ruleOf(source: ConfiguredSource, index: number, environment: Environment): MediaRule {
  const { name, networks, transports, certificate, digest } = source;
  return {
    name,
    ...(networks === undefined ? {} : { networks }),
    ...(transports === undefined ? {} : { transports }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
    ...(digest === undefined
      ? {}
      : {
          digest: {
            realm: digest.realm,
            username: digest.user,
            secret: {
              password: resolveSecret(digest.password, `sources[${index}].digest.password`, environment),
            },
          },
        }),
    media: {
      srtp: source.srtp,
      keysOverTlsOnly: source.keysOverTlsOnly,
      digits: source.dtmf === 'mask' ? 'masked' : 'kept',
      senders: source.mediaFrom === 'sdp' ? 'strict' : 'latch',
      marks: { department: source.department, classification: source.classification },
    },
  };
}
