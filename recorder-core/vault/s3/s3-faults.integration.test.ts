import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AUTHORITY, IDENTITIES } from '../../sip/test-support/certificates.ts';
import { suiteTitle, type RunningPeer } from '../../../test/support/peers/peer.ts';
import { s3ClientOf, S3Stores } from '../../../test/support/peers/s3-bucket.ts';
import { versitygwPeer } from '../../../test/support/peers/versitygw.ts';
import { S3FaultProxy } from '../../../test/support/s3-fault-proxy.ts';
import type { S3ObjectStore } from './s3-object-store.ts';
import type { S3Limits } from './s3-settings.ts';

const BUILD_MS = 600_000;
const MIB = 1024 * 1024;
const { title, skip } = suiteTitle(versitygwPeer, 'an S3 store behind a bad line');

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningPeer;
  let stores: S3Stores;
  let proxy: S3FaultProxy;

  beforeAll(async () => {
    peer = await versitygwPeer.start();
    stores = new S3Stores(peer);
    proxy = await S3FaultProxy.open(peer.url);
  }, BUILD_MS);
  afterEach(() => {
    proxy.calm();
  });
  afterAll(async () => {
    stores.close();
    await proxy.close();
    await peer.stop();
  });

  const behindIt = (limits: Partial<S3Limits> = {}): Promise<S3ObjectStore> =>
    stores.make(false, { endpoint: proxy.url, limits: { partBytes: 5 * MIB, attempts: 2, ...limits } });
  const isRead = ({ method, headers }: IncomingMessage): boolean =>
    method === 'GET' && headers.range !== undefined;

  async function stored(store: S3ObjectStore, size = 300_000): Promise<Buffer> {
    const bytes = randomBytes(size);
    await store.put('k', from(bytes));
    return bytes;
  }

  async function readAll(store: S3ObjectStore): Promise<Buffer> {
    const object = await store.open('k');
    return object.read(0, object.size);
  }

  test('takes a broken transfer up at the first missing byte', async () => {
    const store = await behindIt();
    const bytes = await stored(store);
    const ranges: string[] = [];
    proxy.fault = (asked, answer, out) => {
      if (!isRead(asked)) return false;
      ranges.push(asked.headers.range ?? '');
      return ranges.length <= 2 && breakAfter(100_000, answer, out);
    };
    expect((await readAll(store)).equals(bytes)).toBe(true);
    expect(ranges).toHaveLength(3);
    expect(ranges.map((range) => Number(/=(\d+)-299999$/.exec(range)?.[1]))).toEqual(
      [...ranges.keys()].map((i) => i * 100_000),
    );
  });

  test('gives a transfer up that brings nothing, as unavailable', async () => {
    const store = await behindIt();
    await stored(store);
    proxy.fault = (asked, answer, out) => isRead(asked) && breakAfter(0, answer, out);
    await expect(readAll(store)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each([
    ['fewer bytes than were asked for', (piece: Buffer) => piece.subarray(0, 0)],
    ['other bytes', (piece: Buffer) => Buffer.from(piece.map((byte) => byte ^ 1))],
    ['more bytes than were asked for', (piece: Buffer) => Buffer.concat([piece, piece])],
  ] as const)('never returns %s: that is a failure of integrity', async (_what, change) => {
    const store = await behindIt();
    await stored(store);
    proxy.fault = (asked, answer, out) => isRead(asked) && changed(answer, out, change);
    await expect(readAll(store)).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  test('never takes another range for the one it asked for', async () => {
    const store = await behindIt();
    await stored(store);
    proxy.fault = (asked, answer, out) => {
      if (!isRead(asked)) return false;
      answer.headers['content-range'] = 'bytes 1-300000/300001';
      return changed(answer, out, (piece) => piece);
    };
    await expect(readAll(store)).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  test('sees by the digest that what it reads to the end is not what was stored, whatever the pieces', async () => {
    const store = await behindIt();
    await stored(store);
    const object = await store.open('k');
    proxy.fault = (asked, answer, out) =>
      isRead(asked) &&
      changed(answer, out, (piece) =>
        Buffer.from(piece.map((byte, at) => (at === 200_000 ? byte ^ 1 : byte))),
      );
    for (let at = 0; at < 250_000; at += 50_000) await object.read(at, 50_000);
    await expect(object.read(250_000, 50_000)).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  test('removes an object again of which the store says that it keeps something else', async () => {
    const store = await behindIt();
    proxy.fault = (asked, answer, out) => {
      if (asked.method !== 'HEAD') return false;
      answer.headers['x-amz-checksum-sha256'] = createHash('sha256').update('other').digest('base64');
      return changed(answer, out, (piece) => piece);
    };
    await expect(store.put('k', from(Buffer.from('evidence')))).rejects.toMatchObject({
      code: 'integrity_failed',
    });
    proxy.calm();
    expect(await store.head('k')).toBeUndefined();
  });

  test.each([
    [507, 'InsufficientStorage', 'storage_full'],
    [503, 'SlowDown', 'unavailable'],
    [500, 'InternalError', 'unavailable'],
    [403, 'AccessDenied', 'unavailable'],
    [400, 'BadDigest', 'integrity_failed'],
    [404, 'NoSuchBucket', 'unavailable'],
    [404, 'NoSuchUpload', 'unavailable'],
  ])('says of %i %s in a sentence, without a word of our keys', async (status, code, expected) => {
    const store = await behindIt();
    proxy.refuse = (asked, out) => {
      asked.resume();
      out.writeHead(status, { 'content-type': 'application/xml' });
      out.end(
        `<Error><Code>${code}</Code><Message>m</Message><AWSAccessKeyId>${peer.admin.username}</AWSAccessKeyId></Error>`,
      );
      return true;
    };
    const refusal: unknown = await store.put('k', from(Buffer.from('x'))).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: expected, message: expect.stringMatching(/\. .*\.$/) as unknown });
    const everything = inspect(refusal, { depth: 10, showHidden: true });
    expect(everything).not.toContain(peer.admin.username);
    expect(everything).not.toContain(peer.admin.password);
  });

  test('sends again what arrived damaged once, whole and in parts', async () => {
    const store = await behindIt();
    for (const size of [10, 6 * MIB]) {
      let damaged = 0;
      proxy.refuse = (asked, out) => {
        if (asked.method !== 'PUT' || damaged > 0) return false;
        damaged += 1;
        asked.resume();
        out.writeHead(400, { 'content-type': 'application/xml' });
        out.end('<Error><Code>BadDigest</Code><Message>m</Message></Error>');
        return true;
      };
      expect(await store.put(`k${size}`, from(randomBytes(size)))).toMatchObject({ outcome: 'stored', size });
      expect(damaged).toBe(1);
    }
  });

  test('ends a request that is not answered in time, and tells it from one that cannot be made', async () => {
    const store = await behindIt({ requestMs: 300, attempts: 1 });
    proxy.refuse = () => true;
    await expect(store.head('k')).rejects.toMatchObject({ code: 'timeout' });
    const nowhere = await stores.make(false, { endpoint: 'http://127.0.0.1:9', limits: { attempts: 1 } });
    await expect(nowhere.head('k')).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('ends a transfer that stalls in the middle', async () => {
    const store = await behindIt({ requestMs: 300, attempts: 1 });
    await stored(store);
    proxy.fault = (asked, answer, out) => {
      if (!isRead(asked)) return false;
      out.writeHead(answer.statusCode ?? 0, answer.headers);
      out.flushHeaders();
      return true;
    };
    await expect(readAll(store)).rejects.toMatchObject({
      code: expect.stringMatching(/timeout|unavailable/) as unknown,
    });
  });

  test('meets its own object when the answer to a write was lost', async () => {
    const store = await behindIt();
    let lost = 0;
    proxy.fault = (asked, answer, out) => {
      if (asked.method !== 'PUT' || lost > 0) return false;
      lost += 1;
      answer.resume();
      answer.once('end', () => out.destroy()); // it was stored, and nobody learns of it
      return true;
    };
    expect(await store.put('k', from(Buffer.from('evidence')))).toMatchObject({ outcome: 'exists', size: 8 });
    expect(lost).toBe(1);
  });

  test('reads ahead while an object is read in order, and asks for no more than is wanted otherwise', async () => {
    const store = await behindIt();
    const bytes = await stored(store, 3 * MIB);
    const object = await store.open('k');
    proxy.calm();
    for (let at = 0; at < 3 * MIB; at += 64 * 1024)
      expect((await object.read(at, 64 * 1024)).equals(bytes.subarray(at, at + 64 * 1024))).toBe(true);
    expect(proxy.seen).toHaveLength(3);
  });

  test('keeps no more parts in memory than it may, and takes no more from the source meanwhile', async () => {
    const store = await behindIt({ partsAtOnce: 2, putsAtOnce: 1 });
    let sent = 0;
    proxy.refuse = (asked) => {
      if (asked.method === 'PUT') sent += 1;
      return false;
    };
    let taken = 0;
    const source = async function* (): AsyncGenerator<Buffer> {
      for (let piece = 0; piece < 24; piece += 1) {
        taken += 1;
        // Sent, being sent, and the part that is filled: what was taken is never far ahead of what the store has.
        expect(taken - sent * 5).toBeLessThanOrEqual(3 * 5 + 1);
        yield Buffer.alloc(MIB, piece);
      }
    };
    const puts = await Promise.all([store.put('a', source()), store.put('b', from(Buffer.from('small')))]);
    expect(puts.map(({ size }) => size)).toEqual([24 * MIB, 5]);
    expect(proxy.most).toBeLessThanOrEqual(3);
  }, 60_000);

  test('speaks TLS to a store whose authority it is given, and to no other', async () => {
    const secured = await S3FaultProxy.open(peer.url, IDENTITIES.server);
    try {
      const known = await stores.make(false, { endpoint: secured.url, ca: AUTHORITY });
      expect(await known.put('k', from(Buffer.from('evidence')))).toMatchObject({ outcome: 'stored' });
      expect((await readAll(known)).toString()).toBe('evidence');
      const unknown = await stores.make(false, { endpoint: secured.url, limits: { attempts: 1 } });
      await expect(unknown.head('k')).rejects.toMatchObject({ code: 'unavailable' });
    } finally {
      await secured.close();
    }
  });

  test('ends uploads whose process was killed once they are old, and leaves those that are under way', async () => {
    const store = await stores.make();
    const client = s3ClientOf(peer);
    const begin = { Bucket: store.bucket.name, Key: store.bucket.nameOf('killed') };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(begin));
    await client.send(new UploadPartCommand({ ...begin, UploadId, PartNumber: 1, Body: 'half' }));
    client.destroy();
    expect(await store.removeAbandoned(new Date(Date.now() - 3_600_000))).toBe(0);
    expect(await store.removeAbandoned(new Date(Date.now() + 3_600_000))).toBe(1);
    expect(await store.removeAbandoned(new Date(Date.now() + 3_600_000))).toBe(0);
  });
});

async function* from(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Passes so many bytes on and then cuts the line. */
function breakAfter(count: number, answer: IncomingMessage, out: ServerResponse): true {
  out.writeHead(answer.statusCode ?? 502, answer.headers);
  out.flushHeaders();
  let left = count;
  answer.on('data', (piece: Buffer) => {
    if (left <= 0) return;
    out.write(piece.subarray(0, left), () => {
      if (left <= 0) out.destroy();
    });
    left -= piece.length;
  });
  if (count === 0) out.destroy();
  return true;
}

/** Answers in one piece, with a length that fits. */
function changed(answer: IncomingMessage, out: ServerResponse, change: (body: Buffer) => Buffer): true {
  const pieces: Buffer[] = [];
  answer.on('data', (piece: Buffer) => pieces.push(piece));
  answer.on('end', () => {
    const body = change(Buffer.concat(pieces));
    const length = answer.headers['content-length'];
    const isHead = pieces.length === 0 && length !== undefined;
    out.writeHead(answer.statusCode ?? 502, {
      ...answer.headers,
      'content-length': isHead ? length : String(body.length),
    });
    out.end(body);
  });
  return true;
}
