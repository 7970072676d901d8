import type { Page, Response } from 'playwright-core';
import { readContract, type ApiContract, type ApiDocument } from '../api-contract.ts';

const API = '/api/v1/';

/** Holds the calls that a page makes against the API's own document. */
export interface WatchedContract {
  /** Answers that were read and held against it. */
  seen(): number;
  /** What was broken since it was asked last; waits until every answer that arrived was read. */
  faults(): Promise<readonly string[]>;
}

/**
 * Watches every call of a page to the API: the path and the method stand in the document, and the answer keeps to the schema that it
 * states (`docs/decisions/0035-the-consoles-types-are-the-schemas.md`). Answers whose page is gone before they are read are passed over.
 */
export async function watchContract(page: Page, url: string): Promise<WatchedContract> {
  const document = (await (await page.request.get(`${url}${API}openapi.json`)).json()) as ApiDocument;
  const contract = readContract(document);
  const reading = new Set<Promise<void>>();
  let faults: string[] = [];
  let seen = 0;
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith(API)) return;
    const read = faultOf(contract, pathname, response)
      .then((fault) => {
        seen += 1;
        if (fault !== undefined) faults.push(`${response.request().method()} ${pathname}: ${fault}`);
      })
      .catch(() => undefined)
      .finally(() => reading.delete(read));
    reading.add(read);
  });
  return {
    seen: () => seen,
    async faults() {
      await Promise.all(reading);
      const since = faults;
      faults = [];
      return since;
    },
  };
}

async function faultOf(contract: ApiContract, path: string, response: Response): Promise<string | undefined> {
  const operation = contract.operationAt(response.request().method(), path);
  if (operation === undefined) return 'The document knows no such call.';
  const type = (await response.headerValue('content-type')) ?? '';
  // Media, archives and streams of events have no end to wait for, or no schema.
  if (!/json/.test(type)) return undefined;
  return contract.faultOf(operation, { status: response.status(), text: await response.text(), type });
}
