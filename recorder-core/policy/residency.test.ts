import { beforeAll, describe, expect, test } from '@jest/globals';
import { decideResidency } from './residency.ts';
import type { ResidencyInput } from './residency.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

const regions = [
  { id: 'us-1', jurisdiction: 'US-VA' },
  { id: 'eu-2', jurisdiction: 'IE' },
  { id: 'eu-1', jurisdiction: 'DE' },
];
const decide = (change: Partial<ResidencyInput>) =>
  decideResidency({ tenantRegion: 'us-1', regions, partyJurisdictions: ['US-TX'], ...change }, pack);
const german = [{ id: 'tenant/german-data', party: 'DE', store: ['EEA'] }];

describe('the residency decision', () => {
  test("a recording stays in the tenant's region when no rule objects", () => {
    expect(decide({})).toMatchObject({ outcome: 'HOME', region: 'us-1', tags: [], rules: [] });
  });

  test('a European party outside the EEA is tagged as needing a transfer ground, with the rule named', () => {
    const decision = decide({ partyJurisdictions: ['US-TX', 'FR'] });
    expect(decision).toMatchObject({ outcome: 'HOME', region: 'us-1', tags: ['transfer-ground-needed'] });
    expect(decision.rules).toEqual([
      expect.objectContaining({ id: 'residency/eea-gdpr-chapter-5', satisfied: false }),
    ]);
    expect(decide({ tenantRegion: 'eu-1', partyJurisdictions: ['FR'] }).tags).toEqual([]);
  });

  test("a tenant's demand moves the recording to the first region that meets it", () => {
    const moved = decide({ partyJurisdictions: ['DE'], tenantRules: german });
    expect(moved).toMatchObject({ outcome: 'MOVED', region: 'eu-1', tags: [] });
    expect(decide({ partyJurisdictions: ['FR'], tenantRules: german })).toMatchObject({ outcome: 'HOME' });
    expect(decide({ tenantRegion: 'eu-2', partyJurisdictions: ['DE'], tenantRules: german })).toMatchObject({
      outcome: 'HOME',
      region: 'eu-2',
    });
  });

  test('demands that no region meets are a conflict for a person', () => {
    const rules = [...german, { id: 'tenant/american-data', party: 'US', store: ['US'] }];
    expect(decide({ partyJurisdictions: ['DE', 'US-TX'], tenantRules: rules })).toMatchObject({
      outcome: 'CONFLICT',
      region: 'us-1',
    });
  });
});
