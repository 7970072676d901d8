import type { ConsentActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { applyConsentPage } from './apply-consent-page.ts';
import { endConsentChange } from './end-consent-change.ts';
import { tellLiveCalls } from './tell-live-calls.ts';

/** Binds the activities of changes of consent. */
export function consentActivities(deps: ActivityDependencies): ConsentActivities {
  return {
    tellLiveCalls: tellLiveCalls(deps),
    applyConsentPage: applyConsentPage(deps),
    endConsentChange: endConsentChange(deps),
  };
}
