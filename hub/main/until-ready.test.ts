import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { untilReady } from './until-ready.ts';

let server: Server | undefined;

async function serve(answers: readonly unknown[]): Promise<string> {
  let asked = 0;
  const made = createServer((_request, response) => {
    const body = answers[Math.min(asked++, answers.length - 1)] as { ready: boolean };
    response
      .writeHead(body.ready ? 200 : 503, { 'Content-Type': 'application/json' })
      .end(JSON.stringify(body));
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const check = (name: string, ok: boolean, vital = true) => ({ name, ok, vital, detail: `About ${name}.` });

describe('waiting for the roles', () => {
  afterEach(() => {
    server?.close();
  });

  it('ends with the first answer that says ready', async () => {
    const url = await serve([
      { ready: false, checks: [check('worker', false)] },
      { ready: true, checks: [] },
    ]);
    await expect(untilReady(url, 10_000)).resolves.toBeUndefined();
  });

  it('says at its end which parts are missing, and not which could be done without', async () => {
    const checks = [check('worker', false), check('recorder', true), check('witness', false, false)];
    const url = await serve([{ ready: false, checks }]);
    await expect(untilReady(url, 0)).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/ready\. worker: About worker\. Their logs/),
    });
  });

  it('says that the hub does not answer where it does not', async () => {
    const url = await serve([{ ready: true, checks: [] }]);
    server?.close();
    server?.closeAllConnections();
    await expect(untilReady(url, 0)).rejects.toMatchObject({
      message: expect.stringMatching(/The hub does not answer/),
    });
  });
});
