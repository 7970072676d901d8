/** The suite that every connector must pass to be listed. */
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { budgetCases } from './budget-cases.ts';
import { deliveryCases } from './delivery-cases.ts';
import { configCases } from './config-cases.ts';
import { faultCases } from './fault-cases.ts';
import { inventoryCases } from './inventory-cases.ts';
import { mappingCases } from './mapping-cases.ts';
import { manifestCases } from './manifest-cases.ts';
import { rebuildCases } from './rebuild-cases.ts';
import { searchCases } from './search-cases.ts';
import { secrecyCases } from './secrecy-cases.ts';
import { streamCases } from './stream-cases.ts';
import { tokenCases } from './token-cases.ts';
import { withdrawalCases } from './withdrawal-cases.ts';

/** A case of the suite; with `bypassed` it is not run and says why. */
export interface SuiteEntry extends AcceptanceCase {
  readonly bypassed?: string;
}

/**
 * All cases for one connector. `bypasses` maps a case's id to the reason why it cannot apply; a reason of less than three
 * words, or for a case that does not exist, throws.
 */
export function acceptanceSuite(bench: Bench, bypasses: Readonly<Record<string, string>> = {}): SuiteEntry[] {
  const cases = [
    ...manifestCases(bench),
    ...deliveryCases,
    ...withdrawalCases,
    ...faultCases(bench),
    ...budgetCases,
    ...secrecyCases,
    ...configCases(bench),
    ...mappingCases(bench),
    ...inventoryCases(bench),
    ...rebuildCases(bench),
    ...searchCases(bench),
    ...tokenCases(bench),
    ...streamCases(bench),
  ];
  for (const [id, reason] of Object.entries(bypasses)) {
    if (!cases.some((one) => one.id === id))
      throw new Error(`The bypass "${id}" names no case of the suite.`);
    if (reason.trim().split(/\s+/).length < 3) throw new Error(`The bypass "${id}" needs a reason.`);
  }
  return cases.map((one) => {
    const bypassed = bypasses[one.id];
    return bypassed === undefined ? one : { ...one, title: `${one.title} (bypassed: ${bypassed})`, bypassed };
  });
}
