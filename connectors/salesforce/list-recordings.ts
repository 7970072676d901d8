import type { InventoryItem } from '../kit/inventory.ts';
import { salesforceClient, soqlText, type SalesforceContext } from './client.ts';
import { EXTERNAL_ID } from './recording-object.ts';

const PAGE = 2000;

interface ListedRecord {
  readonly Holdfast_Id__c: string;
  readonly Revision__c: number;
  readonly Held__c: boolean;
}

/**
 * Every recording there, page by page on from the last id, so that what is written meanwhile moves no page. What is marked as
 * withdrawn and waits for its deletion is left out. Ids are hexadecimal and of one form, so that every collation orders them
 * alike.
 */
export async function* listRecordings(ctx: SalesforceContext): AsyncGenerator<readonly InventoryItem[]> {
  const { conn } = salesforceClient(ctx);
  for (let after = ''; ;) {
    const { records } = await conn.query<ListedRecord>(
      `SELECT ${EXTERNAL_ID}, Revision__c, Held__c FROM ${ctx.config.object} ` +
        `WHERE Withdrawn__c = false AND ${EXTERNAL_ID} > ${soqlText(after)} ORDER BY ${EXTERNAL_ID} LIMIT ${PAGE}`,
      { autoFetch: true, maxFetch: PAGE },
    );
    const last = records.at(-1);
    if (last === undefined) return;
    yield records.map(({ Holdfast_Id__c, Revision__c, Held__c }) => ({
      id: Holdfast_Id__c.toLowerCase(),
      revision: Revision__c,
      held: Held__c,
    }));
    if (records.length < PAGE) return;
    after = last.Holdfast_Id__c;
  }
}
