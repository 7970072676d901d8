import assert from 'node:assert/strict';
import type { ConnectorContext } from '../context.ts';
import type { Connector } from '../connector.ts';
import type { StreamCheckpoint } from '../stream.ts';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';
import { withSubject } from './with-subject.ts';

const EVENTS = 5;

/** Streams: nothing lost and nothing new wherever the reading stopped. */
export function streamCases(bench: Bench): AcceptanceCase[] {
  return Object.keys(bench.connector.manifest.streams).flatMap((stream) => [
    resumes(stream),
    nothingNew(stream),
    types(stream),
  ]);
}

interface Reading {
  /** Dedupe keys in the order read; at each checkpoint, how many had been read before it. */
  readonly keys: string[];
  readonly types: string[];
  readonly checkpoints: { readonly after: number; readonly checkpoint: StreamCheckpoint }[];
}

async function readAll(
  connector: Connector,
  ctx: ConnectorContext,
  stream: string,
  from: StreamCheckpoint,
): Promise<Reading> {
  const reading: Reading = { keys: [], types: [], checkpoints: [] };
  for await (const item of connector.read(ctx, stream, from)) {
    if (item.kind === 'event') {
      reading.keys.push(item.dedupeKey);
      reading.types.push(item.type);
    } else {
      reading.checkpoints.push({
        after: reading.keys.length,
        checkpoint: JSON.parse(JSON.stringify(item.checkpoint)) as StreamCheckpoint,
      });
    }
  }
  return reading;
}

function resumes(stream: string): AcceptanceCase {
  return {
    id: `stream-${stream}-resumes`,
    title: `the stream ${stream}, read on from any checkpoint, loses nothing and gives every event the same key`,
    run: (bench) =>
      withSubject(bench, 'good', async ({ ctx, happen }) => {
        assert.ok(happen, 'the bench cannot let anything happen');
        for (let n = 1; n <= EVENTS; n += 1) await happen(stream, n);
        const whole = await readAll(bench.connector, ctx, stream, null);
        assert.equal(new Set(whole.keys).size, EVENTS);
        assert.ok(whole.checkpoints.length > 0, 'the stream keeps no checkpoint');
        for (const { after, checkpoint } of whole.checkpoints) {
          const rest = await readAll(bench.connector, ctx, stream, checkpoint);
          const seen = new Set([...whole.keys.slice(0, after), ...rest.keys]);
          assert.deepEqual([...seen].sort(), [...new Set(whole.keys)].sort());
        }
      }),
  };
}

function nothingNew(stream: string): AcceptanceCase {
  return {
    id: `stream-${stream}-rests`,
    title: `the stream ${stream}, read on from its end, gives nothing new until something happens`,
    run: (bench) =>
      withSubject(bench, 'good', async ({ ctx, happen }) => {
        assert.ok(happen, 'the bench cannot let anything happen');
        await happen(stream, 1);
        const first = await readAll(bench.connector, ctx, stream, null);
        const end = first.checkpoints.at(-1)?.checkpoint ?? null;
        const again = await readAll(bench.connector, ctx, stream, end);
        assert.deepEqual(
          again.keys.filter((key) => !first.keys.includes(key)),
          [],
        );
        await happen(stream, 2);
        const later = await readAll(bench.connector, ctx, stream, end);
        assert.equal(later.keys.filter((key) => !first.keys.includes(key)).length, 1);
      }),
  };
}

function types(stream: string): AcceptanceCase {
  return {
    id: `stream-${stream}-declared`,
    title: `the stream ${stream} gives only events that its manifest declares`,
    run: (bench) =>
      withSubject(bench, 'good', async ({ ctx, happen }) => {
        assert.ok(happen, 'the bench cannot let anything happen');
        await happen(stream, 1);
        const { types: found } = await readAll(bench.connector, ctx, stream, null);
        const produces = bench.connector.manifest.streams[stream]?.produces ?? [];
        const declared = (type: string) =>
          produces.some((one) => (one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : one === type));
        assert.deepEqual(
          found.filter((type) => !declared(type)),
          [],
        );
      }),
  };
}
