import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../ledger/canonical-json.ts';
import { verifyBundle } from '../verify-bundle.ts';
import { bufferSource } from '../container/byte-source.ts';
import { exportBundle } from '../testing/export-bundle.ts';
import { Installation, sha256 } from '../testing/installation.ts';
import { outcome } from '../testing/outcome.ts';

const HEADER = record(0, Buffer.from('{"version":3}'));
const PLACE = record(4, Buffer.concat([Buffer.from([0x80]), Buffer.alloc(15)]));
const [BEFORE, AFTER] = [record(1, Buffer.from('before')), record(1, Buffer.from('after'))];
const SECRET = record(1, Buffer.from('4111 1111'));

/** A record of a packet log, written by hand: the verifier knows the form by itself. */
function record(type: number, body: Buffer): Buffer {
  const frame = Buffer.alloc(9);
  frame.writeUInt8(type, 0);
  frame.writeUInt16BE(body.length, 1);
  return Buffer.concat([frame, body]);
}

function log(...records: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('HFPL\x03', 'latin1'), ...records]);
}

const KEPT = {
  records: 2,
  sha256: createHash('sha256').update(BEFORE).update(AFTER).digest('hex'),
};
const WITHOUT = log(HEADER, BEFORE, PLACE, AFTER);

async function cutBundle(
  bytes: Buffer,
  kept: JsonValue = KEPT,
  facts: Readonly<Record<string, JsonValue>> = {},
): Promise<{ installation: Installation; bundle: Buffer }> {
  const installation = new Installation();
  const id = installation.record([log(HEADER, BEFORE, SECRET, AFTER), Buffer.from('{}')]);
  installation.cut(id, bytes, kept, facts);
  return { installation, bundle: await exportBundle(installation) };
}

async function told(...given: Parameters<typeof cutBundle>): Promise<string> {
  const { installation, bundle } = await cutBundle(...given);
  return outcome(bundle, installation.trust());
}

describe('a span that was cut out', () => {
  it('is named with its ground and approval, what is left is recomputed, and what cannot be shown is said', async () => {
    const { installation, bundle } = await cutBundle(WITHOUT);
    const { verdict, checks, notProven } = await verifyBundle(bufferSource(bundle), installation.trust());
    expect(verdict).toBe('verified');
    const parts = checks.find(({ check }) => check === 'parts')?.statement;
    expect(parts).toMatch(
      /Cut out, as was agreed to: line 1 from 0:12\.000 to 0:19\.500 \(card-data, approval /,
    );
    expect(notProven.join(' ')).toContain('That nothing but 1 span was cut out');
  });

  it('and put back, in a bundle that is sealed anew, is not what was carried over', async () => {
    expect(await told(log(HEADER, BEFORE, SECRET, AFTER))).toMatch(
      /^parts: A span was cut out of the part .*what is left is not what the log says was carried over/,
    );
  });

  it.each([
    [
      'with more cut out than the log says',
      log(HEADER, BEFORE, PLACE),
      /not what the log says was carried over/,
    ],
    ['with what is left in another order', log(HEADER, AFTER, PLACE, BEFORE), /not what the log says/],
    [
      'with something left of a packet',
      log(HEADER, BEFORE, record(4, Buffer.alloc(17)), AFTER),
      /more than its place/,
    ],
    ['with an end that is cut off', WITHOUT.subarray(0, -1), /ends within a record/],
    [
      'with a record of another kind',
      log(HEADER, BEFORE, PLACE, record(9, Buffer.alloc(1)), AFTER),
      /no such log has/,
    ],
    ['of something that is no log', Buffer.from('what was said'), /no log of such a part/],
    ['of nothing', Buffer.alloc(0), /ends within a record/],
  ])('%s is refused', async (_what, bytes, why) => {
    expect(await told(bytes)).toMatch(why);
  });

  it('out of another part than was sealed, or out of two, is refused', async () => {
    const another = [{ id: randomUUID(), sha256: sha256(Buffer.from('another')) }];
    expect(await told(WITHOUT, KEPT, { from: another })).toMatch(/another content than the log knows/);
    expect(await told(WITHOUT, KEPT, { from: [] })).toMatch(/another content than the log knows/);
  });

  it('in an entry that does not say what such entries say is refused', async () => {
    expect(await told(WITHOUT, { records: -1, sha256: KEPT.sha256 })).toMatch(/not a whole number/);
    expect(await told(WITHOUT, KEPT, { cut: { id: randomUUID() } })).toMatch(/^parts: /);
  });

  it('while a hold stood is told as a hold that was broken', async () => {
    const installation = new Installation();
    const id = installation.record([log(HEADER, BEFORE, SECRET, AFTER), Buffer.from('{}')]);
    installation.hold(id, 'hold.placed', 'h-1');
    installation.cut(id, WITHOUT, KEPT);
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(/^holds: /);
  });
});
