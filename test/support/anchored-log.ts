import pg from 'pg';
import type { AnchorConfig } from '../../hub/anchoring/anchor-config.ts';
import { Anchoring, type AnchoringOptions } from '../../hub/anchoring/anchoring.ts';
import { trustOf } from '../../hub/anchoring/trust-of.ts';
import { openLogger } from '../../hub/observability/logger.ts';
import type { Act } from '../../recorder-core/ledger/acts.ts';
import { append, leafHash, type Frontier } from '../../recorder-core/ledger/merkle.ts';
import type { TrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { listLedgerAlarms, type LedgerAlarm } from '../../recorder-core/records/ledger-alarms.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readSigningKeys, type LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import { testLedgerKeys } from './ledger-key.ts';
import type { LocalWitness } from './local-witness.ts';
import type { TestDatabase } from './test-database.ts';

/** What anchoring has without witnesses and authorities. */
export const NOBODY: AnchorConfig = { witnesses: [], quorum: 0, timeStampUrls: [], authorities: [] };

/** A tenant's log in a real database, which grows, is anchored, and can be tampered with as only its administrator can. */
export class AnchoredLog {
  readonly database: TestDatabase;
  readonly tenantId: string;
  /** Lines of the log, from warnings up. */
  readonly lines: string[] = [];
  readonly raised: string[] = [];
  /** What the log's clock is off by. */
  clockOffMs = 0;
  #count = 0;

  private constructor(database: TestDatabase, tenantId: string) {
    this.database = database;
    this.tenantId = tenantId;
  }

  static async open(database: TestDatabase): Promise<AnchoredLog> {
    return new AnchoredLog(database, await database.addTenant());
  }

  /** Adds leaves, each unlike every other. */
  async grow(leaves: number, act: Act = 'recording.played'): Promise<void> {
    await this.database.db.forTenant(this.tenantId, async (tx) => {
      for (let left = leaves; left > 0; left -= 1) {
        this.#count += 1;
        await appendLeaf(tx, this.tenantId, {
          at: this.now(),
          act,
          object: { type: 'recording', id: `r${this.#count % 3}` },
          outcome: 'done',
          facts: { count: this.#count },
        });
      }
    });
  }

  now(): Date {
    return new Date(Date.now() + this.clockOffMs);
  }

  /** Anchoring of this log alone; its rounds begin when it is started. */
  anchoring(config: AnchorConfig, more: Partial<AnchoringOptions> = {}): Anchoring {
    return new Anchoring({
      db: this.database.db,
      keys: testLedgerKeys,
      config,
      log: openLogger('worker', 'test', 'warn', { write: (line) => this.lines.push(line) }),
      now: () => this.now(),
      newId: (at) => newId(at.getTime()),
      tenants: () => Promise.resolve([this.tenantId]),
      onAsked: () => undefined,
      onAlarm: (kind) => this.raised.push(kind),
      onStanding: () => undefined,
      onFault: () => undefined,
      everyMs: 20,
      ...more,
    });
  }

  /** The trust file as its administrator would hand it out. */
  async trust(config: AnchorConfig, keys: LedgerKeys = testLedgerKeys): Promise<TrustFile> {
    const known = await this.database.db.forTenant(this.tenantId, (tx) =>
      readSigningKeys(tx, this.tenantId, keys),
    );
    return trustOf(this.tenantId, known, config);
  }

  /** Tells a witness of this log and its keys. */
  async pinAt(witness: LocalWitness): Promise<void> {
    await witness.pin((await this.trust(NOBODY)).logs);
  }

  /** Alarms that stand. */
  async alarms(): Promise<LedgerAlarm[]> {
    const all = await this.database.db.forTenant(this.tenantId, (tx) => listLedgerAlarms(tx, 100));
    return all.filter(({ clearedAt }) => clearedAt === null);
  }

  /** What only someone with the server in hand can do: go round triggers and rewrite the tables. */
  async tamper(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: this.database.ownerUrl });
    await client.connect();
    try {
      await client.query("set session_replication_role = 'replica'");
      await work(client);
    } finally {
      await client.end();
    }
  }

  /** Copies all the ledger's tables; the answer puts the copy back in their place. */
  async backUp(): Promise<() => Promise<void>> {
    const tables = (
      await this.database.asOwner<{ name: string }>(
        "select relname as name from pg_class where relname like 'ledger_%' and relkind = 'r' and relnamespace = 'public'::regnamespace",
      )
    ).map(({ name }) => name);
    const copy = `copy_${Math.random().toString(36).slice(2)}`;
    await this.database.asOwner(`create schema ${copy}`);
    for (const table of tables)
      await this.database.asOwner(
        `create table ${copy}.${table} as select * from ${table} where tenant_id = '${this.tenantId}'`,
      );
    return () =>
      this.tamper(async (client) => {
        for (const table of tables) {
          await client.query(`delete from ${table} where tenant_id = $1`, [this.tenantId]);
          await client.query(`insert into ${table} overriding system value select * from ${copy}.${table}`);
        }
      });
  }

  /**
   * Rewrites the log as if it had `size` leaves, with `bodies` in place of some of them, and removes every trace of
   * what was signed, cosigned and stamped above `keep` leaves.
   */
  async rewrite(size: number, { bodies = new Map<number, Buffer>(), keep = 0 } = {}): Promise<void> {
    const { tenantId } = this;
    await this.tamper(async (client) => {
      for (const table of ['ledger_time_stamp', 'ledger_cosignature', 'ledger_checkpoint'])
        await client.query(`delete from ${table} where tenant_id = $1 and size > $2`, [tenantId, keep]);
      await client.query('delete from ledger_leaf where tenant_id = $1 and index >= $2', [tenantId, size]);
      for (const [index, body] of bodies)
        await client.query('update ledger_leaf set body = $3 where tenant_id = $1 and index = $2', [
          tenantId,
          index,
          body,
        ]);
      await client.query('delete from ledger_node where tenant_id = $1', [tenantId]);
      const { rows } = await client.query<{ body: Buffer }>(
        'select body from ledger_leaf where tenant_id = $1 order by index',
        [tenantId],
      );
      let frontier: Frontier = [];
      for (const [index, { body }] of rows.entries()) {
        const next = append(index, frontier, leafHash(body));
        frontier = next.frontier;
        for (const node of next.newNodes)
          await client.query(
            'insert into ledger_node (tenant_id, level, index, hash) values ($1, $2, $3, $4)',
            [tenantId, node.level, node.index, node.hash],
          );
      }
      await client.query('update ledger_head set size = $2, frontier = $3 where tenant_id = $1', [
        tenantId,
        size,
        Buffer.concat(frontier),
      ]);
    });
  }

  /** The stored text of a leaf with one word in it replaced: a lie of the same form. */
  async lieAbout(index: number): Promise<Buffer> {
    const [row] = await this.database.asOwner<{ body: Buffer }>(
      'select body from ledger_leaf where tenant_id = $1 and index = $2',
      [this.tenantId, index],
    );
    if (row === undefined) throw new Error(`There is no leaf ${index}.`);
    return Buffer.from(row.body.toString().replace('recording.played', 'recording.stored'));
  }
}
