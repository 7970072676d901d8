import type { ConsentSettings } from '../../../recorder-core/capture/consent-gate.ts';
import type { RecorderFile } from '../../config/recorder-file.ts';
import type { Config } from '../../config/settings.ts';

/** How this node decides about consent: the rules in force, its place and region, and the practice that its file states. */
export function consentSettings(
  config: Pick<Config, 'jurisdiction' | 'purpose' | 'announcement' | 'region'>,
  { consent }: Pick<RecorderFile, 'consent'>,
  rules: ConsentSettings['rules'],
): ConsentSettings {
  const { region, jurisdiction } = config;
  return {
    rules,
    recorderJurisdiction: jurisdiction,
    purpose: config.purpose,
    signs: { circumstances: consent.circumstances, purposes: consent.purposes },
    announcement: config.announcement,
    ownSide: consent.ownSide,
    withoutConsent: consent.withoutConsent,
    waitMs: consent.waitSeconds * 1000,
    mandated: consent.mandated,
    crossBorder: consent.crossBorder,
    personDays: consent.personDays,
    residency: { region, regions: [{ id: region, jurisdiction }, ...consent.otherRegions] },
  };
}
