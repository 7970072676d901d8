import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { recordCall } from '../../test/support/test-recording.ts';
import { mediaPartBytes, METADATA_BYTES_PER_CALL, WAVEFORM_BYTES_PER_STREAM } from './storage-sizing.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const SECONDS = 10;
let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

test('a call that was really recorded, stored and drawn takes what the sizing says', async () => {
  const { parts } = await recordCall(hub, { ms: SECONDS * 1000 });
  const bytesOf = (kind: string): number[] =>
    parts.filter((part) => part.kind === kind).map(({ ciphertextBytes }) => ciphertextBytes);
  const told = mediaPartBytes({ payloadBytesPerSecond: 8000, ptimeMs: 20, activeShare: 1, seconds: SECONDS });
  for (const media of bytesOf('media')) expect(Math.abs(told / media - 1)).toBeLessThan(0.02);
  const [metadata = 0] = bytesOf('metadata');
  expect(metadata).toBeLessThan(METADATA_BYTES_PER_CALL);
  expect(metadata).toBeGreaterThan(METADATA_BYTES_PER_CALL / 2);
  const [waveform = 0] = bytesOf('waveform');
  expect(Math.abs((2 * WAVEFORM_BYTES_PER_STREAM) / waveform - 1)).toBeLessThan(0.2);
});
