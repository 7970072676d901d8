import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { compressAnswers } from './compress-answers.ts';

const LONG = { rows: Array.from({ length: 200 }, (_, n) => ({ id: n, state: 'retained' })) };
let server: Server;

beforeAll(async () => {
  const app = express();
  app.set('etag', false);
  app.use(compressAnswers());
  app.all('/long', (_request, response) => void response.json(LONG));
  app.get('/short', (_request, response) => void response.json({ ok: true }));
  app.get('/sound', (_request, response) => void response.type('audio/wav').send(Buffer.alloc(10_000)));
  app.get('/events', (_request, response) => {
    response.type('text/event-stream').write(`data: ${'x'.repeat(5_000)}\n\n`);
    response.end();
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('answers of the API', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('JSON goes out in %s to whoever takes that, and is the same', async (coding, open) => {
    const { headers, body } = await ask('/long', { 'Accept-Encoding': coding });
    expect(headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding' });
    expect(body.length).toBeLessThan(JSON.stringify(LONG).length / 5);
    expect(JSON.parse(open(body).toString('utf8'))).toEqual(LONG);
  });

  test.each([
    ['whoever takes no coding', '/long', {}],
    ['a caller who refuses them', '/long', { 'Accept-Encoding': 'identity;q=1, br;q=0, gzip;q=0' }],
    ['a short answer', '/short', { 'Accept-Encoding': 'br' }],
    ['sound', '/sound', { 'Accept-Encoding': 'br' }],
    ['events', '/events', { 'Accept-Encoding': 'br' }],
    ['the page of another site', '/long', { 'Accept-Encoding': 'br', 'Sec-Fetch-Site': 'cross-site' }],
    ['a page of a sister site', '/long', { 'Accept-Encoding': 'br', 'Sec-Fetch-Site': 'same-site' }],
  ])('it goes as it is: %s', async (_why, path, headers) => {
    expect((await ask(path, headers)).headers['content-encoding']).toBeUndefined();
  });

  test('what answers an act may hold a secret that is shown once, and goes as it is', async () => {
    const { headers, body } = await ask('/long', { 'Accept-Encoding': 'br' }, 'POST');
    expect(headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(body.toString('utf8'))).toEqual(LONG);
  });

  test('our own page gets it compressed', async () => {
    const headers = { 'Accept-Encoding': 'gzip, deflate, br', 'Sec-Fetch-Site': 'same-origin' };
    expect((await ask('/long', headers)).headers['content-encoding']).toBe('br');
  });
});

/** By Node's own client, which undoes no coding. */
function ask(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        resolve({ headers: answer.headers, body: Buffer.concat(parts) });
      });
    })
      .on('error', reject)
      .end();
  });
}
