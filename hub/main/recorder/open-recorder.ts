import { DiskSync } from '../../../recorder-core/capture/disk-sync.ts';
import type { KekSource } from '../../../recorder-core/capture/kek-source.ts';
import { Recorder, type RecorderHooks } from '../../../recorder-core/capture/recorder.ts';
import type { MediaEngine } from '../../../recorder-core/capture/streams/media-engine.ts';
import { PortRange } from '../../../recorder-core/capture/streams/port-range.ts';
import type { MediaPolicyOf } from '../../../recorder-core/capture/media-policy.ts';
import type { Rulebook } from '../../../recorder-core/policy/rulebook.ts';
import { mediaAddress } from '../../config/recorder-addresses.ts';
import type { RecorderFile } from '../../config/recorder-file.ts';
import { consentSettings } from './consent-settings.ts';
import type { Resources } from '../open-resources.ts';

/** What a recorder works with besides the resources of its role. */
export interface RecorderParts {
  readonly media: MediaEngine;
  readonly keks: KekSource;
  readonly policyOf: MediaPolicyOf;
  /** The rules in force, from memory. */
  readonly rules: () => Rulebook;
  /** Wall clock in milliseconds, from a clock that does not jump. */
  readonly now: () => number;
  readonly unableTo: () => string | undefined;
  readonly hooks: RecorderHooks;
}

/** Makes the recorder of this node; it takes no call before SIP is started. */
export function openRecorder(resources: Resources, file: RecorderFile, parts: RecorderParts): Recorder {
  const { config, log, newId, spool } = resources;
  const { node, tenantId, region, retentionClass } = config;
  const { media, keks, now, policyOf, unableTo, hooks, rules } = parts;
  const address = mediaAddress(config, file);
  return new Recorder({
    maxCalls: config.maxCalls,
    mediaAddress: address.advertisedHost,
    policyOf,
    unableTo,
    consent: consentSettings(config, file, rules),
    capture: {
      spool,
      node,
      tenantId,
      region,
      retentionClass,
      keks,
      ports: new PortRange(address.host, { min: config.rtpPortMin, max: config.rtpPortMax }),
      media,
      sync: new DiskSync(),
      newId,
      now,
      onFault: (recordingId, error) => {
        log.error({ recordingId, error }, 'a fault during capture');
      },
    },
    hooks,
  });
}
