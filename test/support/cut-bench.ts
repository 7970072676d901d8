import { z } from 'zod';
import { recordingCut, recordingCuts, type RecordingCut } from '../../hub/api/schemas/cut.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { parseLeaf, type Leaf } from '../../recorder-core/ledger/leaf.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openSpokenCall } from './spoken-lines.ts';
import { pressKey, say } from './spoken-packets.ts';
import { openActivityBench, type ActivityBench } from './stored-recording.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from './test-hub.ts';

/** What is cut out where a test says nothing else. */
export const SPAN = { fromMs: 600, toMs: 1300, ground: 'card-data', reason: 'The card was read out.' };

/** Where cuts of a recording are asked for. */
export function cutsPath(recordingId: string): string {
  return `/api/v1/recordings/${recordingId}/cuts`;
}

/** Calls, two people who have spans cut out of them, and what the worker does then. */
export class CutBench {
  readonly database: TestDatabase;
  readonly bench: ActivityBench;
  readonly hub: TestHub;
  readonly officer: TestPerson;
  readonly second: TestPerson;

  constructor(services: Pick<CutBench, 'database' | 'bench' | 'hub' | 'officer' | 'second'>) {
    this.database = services.database;
    this.bench = services.bench;
    this.hub = services.hub;
    this.officer = services.officer;
    this.second = services.second;
  }

  async close(): Promise<void> {
    await this.hub.close();
    await this.bench.close();
    await this.database.close();
  }

  inTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.db.forTenant(this.database.tenantId, work);
  }

  partsOf(id: string): Promise<Part[]> {
    return this.inTenant((tx) => readParts(tx, id));
  }

  async mediaOf(id: string, label: string): Promise<Part[]> {
    return (await this.partsOf(id)).filter((part) => part.kind === 'media' && part.label === label);
  }

  async leavesOf(id: string): Promise<Leaf[]> {
    return (await this.inTenant((tx) => readLeavesAbout(tx, id))).map(({ body }) => parseLeaf(body));
  }

  /** Two seconds: party 10 speaks throughout and presses a key at 1.2 s, party 20 speaks as well. */
  async call(retentionClass?: string): Promise<string> {
    const spoken = await openSpokenCall(this.hub, ['10', '20']);
    await say(spoken, '10', { fromMs: 0, toMs: 1200 });
    await pressKey(spoken, '10', { code: 7, fromMs: 0, atMs: 1200 });
    await say(spoken, '20', { fromMs: 1220, toMs: 2000 });
    spoken.setTime(2000);
    const { id } = await spoken.finish();
    const { tenantId, asOwner } = this.database;
    if (retentionClass !== undefined)
      await asOwner('update recording set retention_class = $2 where id = $1', [id, retentionClass]);
    await this.bench.activities.media.enrichRecording({ tenantId, recordingId: id });
    return id;
  }

  ask(id: string, change: object = {}): Promise<RecordingCut> {
    return this.officer.read(recordingCut, cutsPath(id), { method: 'POST', body: { ...SPAN, ...change } });
  }

  async approve(cutId: string): Promise<void> {
    const path = `/api/v1/approvals/${cutId}/approve`;
    await this.second.read(z.looseObject({}), path, { method: 'POST', body: {} });
  }

  /** The last cut of a recording. */
  async cutOf(id: string): Promise<RecordingCut> {
    return (await this.officer.read(recordingCuts, cutsPath(id))).items.at(-1)!;
  }

  advance(cutId: string) {
    return this.bench.activities.lifecycle.advanceCut({ tenantId: this.database.tenantId, cutId });
  }

  derive(cutId: string) {
    return this.bench.activities.media.deriveCut({ tenantId: this.database.tenantId, cutId });
  }

  /** What the workflow of the order to destroy the old parts does. */
  async carryOut(cutId: string): Promise<string> {
    const rows = await this.database.asOwner<{ disposal_id: string }>(
      'select disposal_id from recording_cut where id = $1',
      [cutId],
    );
    const ref = { tenantId: this.database.tenantId, disposalId: rows[0]!.disposal_id };
    const { lifecycle, media } = this.bench.activities;
    const { outcome, recordingId } = await lifecycle.buryParts(ref);
    if (outcome === 'spared') return outcome;
    await lifecycle.evictParts(ref);
    const { outcome: ended } = await lifecycle.destroyParts(ref);
    if (ended === 'spared') return ended;
    await lifecycle.destroyPartObjects(ref);
    await lifecycle.certifyParts(ref);
    await media.enrichRecording({ tenantId: ref.tenantId, recordingId });
    return ended;
  }

  /** All that happens to a cut once it is asked for and agreed to. @throws Error where it does not end as cut. */
  async cutOut(id: string, change: object = {}): Promise<RecordingCut> {
    const { id: cutId } = await this.ask(id, change);
    await this.approve(cutId);
    const steps = [
      (await this.advance(cutId)).work,
      (await this.derive(cutId)).derived > 0,
      (await this.advance(cutId)).state,
      await this.carryOut(cutId),
      (await this.advance(cutId)).state,
    ].join(', ');
    if (steps !== 'derive, true, derived, destroyed, cut')
      throw new Error(`The cut went otherwise: ${steps}`);
    return this.cutOf(id);
  }

  /** The samples of one channel, as the hub plays them. */
  async soundOf(id: string, channel: number): Promise<number[]> {
    const response = await this.officer.fetch(`/api/v1/recordings/${id}/audio`);
    if (response.status !== 200) throw new Error(`The recording is not played: ${response.status}`);
    const wav = Buffer.from(await response.arrayBuffer());
    const channels = wav.readUInt16LE(22);
    const samples: number[] = [];
    for (let at = 44 + 2 * channel; at + 1 < wav.length; at += 2 * channels)
      samples.push(wav.readInt16LE(at));
    return samples;
  }
}

/** Opens database, worker and hub for cuts. */
export async function openCutBench(): Promise<CutBench> {
  const database = await openTestDatabase();
  const bench = await openActivityBench(database);
  const { keys, objects, uses, journal } = bench.deps;
  const hub = await startTestHub(database, { keys, objects, uses, journal });
  const officer = await hub.signIn('compliance_officer');
  const second = await hub.signIn('administrator');
  return new CutBench({ database, bench, hub, officer, second });
}
