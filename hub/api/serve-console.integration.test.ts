import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NONCE_PLACE } from './console-page.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { CONSOLE, readProblem, startTestHub, type TestHub } from '../../test/support/test-hub.ts';

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
let database: TestDatabase;
let folder: string;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
  await mkdir(join(folder, 'console/assets'), { recursive: true });
  await writeFile(
    join(folder, 'console/index.html'),
    `<meta nonce="${NONCE_PLACE}"><title>the console</title>`,
  );
  await writeFile(join(folder, 'console/assets/app-1a2b.js'), 'console');
  await writeFile(join(folder, 'console/assets/app-1a2b.js.br'), brotliCompressSync('console'));
  await writeFile(join(folder, 'console/assets/app-1a2b.js.gz'), gzipSync('console'));
  await writeFile(join(folder, 'console/.secret'), 'TREASURE');
  await writeFile(join(folder, 'secret.txt'), 'TREASURE');
  hub = await startTestHub(database, {}, { consoleFolder: join(folder, 'console') });
});
afterAll(async () => {
  await hub.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request whose path is sent exactly as written. */
async function raw(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { hostname, port } = new URL(hub.url);
  const request = httpRequest({ hostname, port, path, headers });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('the console', () => {
  test('is one page for all screens, and its assets may be kept for ever', async () => {
    for (const path of ['/', '/sign-in', `/recordings/${UNKNOWN}`]) {
      const answer = await hub.fetch(path);
      expect(await answer.text()).toContain('the console');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    const asset = await hub.fetch('/assets/app-1a2b.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  test('takes style elements by a nonce that each answer has of its own, and nothing inline besides', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/index.html', '/recordings', '/recordings']) {
      const answer = await hub.fetch(path);
      const nonce = /<meta nonce="([^"]{24})">/.exec(await answer.text())?.[1] ?? 'none';
      const policy = answer.headers.get('content-security-policy');
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}';`);
      expect(policy).not.toContain('unsafe');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(4);
    expect((await hub.fetch('/assets/app-1a2b.js')).headers.get('content-security-policy')).toContain(
      "style-src 'self';",
    );
  });

  test('sends an asset compressed to whoever takes that, under its own type, and may be kept for ever as well', async () => {
    for (const [accepted, coding, decompress] of [
      ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0, gzip;q=0', undefined, undefined],
    ] as const) {
      const answer = await raw('/assets/app-1a2b.js', { 'accept-encoding': accepted });
      const body = await buffer(answer);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      });
      expect(answer.headers['content-encoding']).toBe(coding);
      expect(String(decompress?.(body) ?? body)).toBe('console');
    }
    const part = await raw('/assets/app-1a2b.js', { 'accept-encoding': 'br', range: 'bytes=0-2' });
    expect([part.statusCode, await text(part)]).toEqual([206, 'con']);
  });

  test('has no asset that is not there', async () => {
    expect(await readProblem(hub.fetch('/assets/app-old.js'), 404)).toMatchObject({ code: 'not_found' });
    expect(hub.log.filter((line) => line.includes('request failed'))).toEqual([]);
  });

  test('gives no file outside its folder and no hidden one, however it is asked', async () => {
    const outside = ['..', '%2e%2e', '.%2e', '..%5c', '..%00', '%252e%252e', '....//'];
    const paths = [
      ...outside.flatMap((up) => [
        `/${up}/secret.txt`,
        `/assets/${up}/${up}/secret.txt`,
        `/${up}%2fsecret.txt`,
        `/assets/${up}%2f${up}%2fsecret.txt`,
      ]),
      '/.secret',
      '/assets/../.secret',
      `/${join(dirname(folder), 'secret.txt')}`,
      `//${folder}/secret.txt`,
      '/%00',
      '/assets/%c0%ae%c0%ae/secret.txt',
      '/assets/',
    ];
    for (const path of paths) {
      const response = await raw(path);
      const body = await text(response);
      expect(body).not.toContain('TREASURE');
      expect({ path, status: response.statusCode }).toEqual({ path, status: expect.any(Number) });
      expect({ path, broken: response.statusCode! >= 500 }).toEqual({ path, broken: false });
    }
  });
});

test('without a built console every path that is not the API is a problem document', async () => {
  const bare = await startTestHub(database);
  try {
    await readProblem(bare.fetch('/'), 404);
    await readProblem(bare.fetch('/x', { method: 'POST', headers: CONSOLE }), 404);
  } finally {
    await bare.close();
  }
});
