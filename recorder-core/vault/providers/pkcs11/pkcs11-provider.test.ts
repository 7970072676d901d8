import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  describeWithSoftHsm,
  makeSoftToken,
  type SoftToken,
} from '../../../../test/support/peers/softhsm.ts';
import { keyProviderConformance } from '../../key-provider.conformance.ts';
import { openPkcs11, type OpenPkcs11Options } from './pkcs11-provider.ts';
import type { Pkcs11Settings } from './pkcs11-session.ts';

const run = promisify(execFile);
const context = Buffer.from('tenant a');
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function newToken(): Promise<SoftToken> {
  const token = await makeSoftToken();
  cleanUp.push(() => token.remove());
  return token;
}

async function open(
  { settings, environment }: SoftToken,
  change: Partial<Pkcs11Settings> = {},
  options: OpenPkcs11Options = { create: true },
) {
  const opened = await openPkcs11({ ...settings, ...change }, { environment, ...options });
  cleanUp.push(() => opened.close());
  return opened;
}

describeWithSoftHsm('with SoftHSM2,', () => {
  keyProviderConformance('an HSM', async () => {
    const token = await newToken();
    const { provider, process: host } = await open(token);
    return {
      provider,
      async disable() {
        await token.remove();
        process.kill(host.pid ?? 0, 'SIGKILL'); // it would go on with the objects that it has in memory
      },
    };
  });
  describe('an HSM over PKCS #11', hsmTests);
});

function hsmTests(): void {
  it('is used only when it has a root key, unless one may be made', async () => {
    const token = await newToken();
    await expect(open(token, {}, {})).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/no root key.*holdfast prepare/),
    });
    const { provider } = await open(token);
    expect(await (await open(token)).provider.currentKeyId()).toBe(await provider.currentKeyId());
  });

  it('keeps keys that cannot be read or wrapped out of it', async () => {
    expect(await runWithToken(LOOK_AT_KEY)).toEqual({
      extractable: false,
      sensitive: true,
      neverExtractable: true,
      private: true,
      wraps: false,
      value: 'CKR_ATTRIBUTE_SENSITIVE',
      wrapped: 'CKR_KEY_UNEXTRACTABLE',
    });
  });

  it('shows a rotation and a destruction to another process that has it open', async () => {
    const token = await newToken();
    const [one, two] = [await open(token), await open(token)];
    const secret = randomBytes(32);
    const wrapped = await two.provider.wrap(secret, context);
    const rotated = await one.provider.rotate();
    expect((await two.provider.wrap(secret, context)).keyId).toBe(rotated);
    expect((await one.provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
    await one.provider.destroy(wrapped.keyId);
    await expect(two.provider.unwrap(wrapped, context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringContaining(wrapped.keyId),
    });
  });

  it('goes on when the process that holds its library was killed, also in the middle of work', async () => {
    const { provider, process: host } = await open(await newToken());
    const secret = randomBytes(32);
    const wrapped = await provider.wrap(secret, context);
    const killed = host.pid;
    process.kill(killed ?? 0, 'SIGKILL');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => provider.unwrap(wrapped, context)),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') expect(outcome.value.equals(secret)).toBe(true);
      else expect(outcome.reason).toMatchObject({ code: 'key_unavailable' });
    }
    expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
    expect(host.pid).not.toBe(killed);
  });

  it('gives up on a library that hangs, and on more work than may wait', async () => {
    const { provider, process: host } = await open(
      await newToken(),
      {},
      {
        create: true,
        limits: { timeoutMs: 6_000, waiting: 3 }, // long enough for a new process on a busy machine
      },
    );
    const stopped = host.pid ?? 0;
    process.kill(stopped, 'SIGSTOP');
    const asked = [1, 2, 3, 4].map(() => provider.currentKeyId());
    await expect(asked[3]).rejects.toMatchObject({ code: 'key_unavailable', retryAfterMs: 2_000 });
    await expect(asked[0]).rejects.toThrow(/did not answer within 6 s/);
    expect(await asked[1]).toMatch(/^1-/);
    expect(await asked[2]).toMatch(/^1-/);
    await until(() => !isAlive(stopped));
  });

  it('asks a token no second time with a PIN that it refused, and never shows the PIN', async () => {
    const token = await newToken();
    const { provider, process: host } = await open(token);
    const good = await readFile(token.settings.pinFile);
    await writeFile(token.settings.pinFile, '99887766');
    process.kill(host.pid ?? 0, 'SIGKILL');
    await until(() => host.pid === undefined);
    const refusals: unknown[] = [];
    for (let tried = 0; tried < 3; tried += 1)
      refusals.push(await provider.currentKeyId().catch((error: unknown) => error));
    expect(refusals[0]).toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/CKR_PIN_INCORRECT/),
    });
    expect(refusals[2]).toMatchObject({ message: expect.stringMatching(/not changed since/) });
    for (const error of refusals) expect(JSON.stringify([String(error), error])).not.toContain('99887766');
    await writeFile(token.settings.pinFile, good);
    expect(await provider.currentKeyId()).toMatch(/^1-/);
  });

  it('does not outlive its starter, however that ends', async () => {
    const { settings, environment } = await newToken();
    const starter = spawn(process.execPath, ['--input-type=module', '-e', START_AND_WAIT], {
      env: { ...environment, SETTINGS: JSON.stringify(settings) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
    const host = Number(line);
    expect(isAlive(host)).toBe(true);
    starter.kill('SIGKILL');
    await until(() => !isAlive(host));
  });

  it.each([
    ['another library', { library: '/nonexistent.so' }, /library \/nonexistent.so cannot be loaded/],
    ['another token', { token: 'elsewhere' }, /no token with the label elsewhere/],
    ['no PIN', { pinFile: '/nonexistent' }, /pkcs11PinFile/],
  ])('is refused with %s, saying what to do', async (_name, change, message) => {
    const failure = open(await newToken(), change);
    await expect(failure).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(message),
    });
  });

  it('logs in anew when its sessions were closed or its user logged out', async () => {
    expect(await runWithToken(LOSE_SESSIONS)).toEqual({ closed: 'secret', loggedOut: 'secret' });
  });
}

/** Runs a script in a process of its own, because the library is configured by the environment of its process. */
async function runWithToken(script: string): Promise<unknown> {
  const { settings, environment } = await newToken();
  const words = ['--input-type=module', '-e', `${OPEN_TOKEN}${script}`];
  const { stdout } = await run(process.execPath, words, {
    env: { ...environment, SETTINGS: JSON.stringify(settings) },
    cwd: import.meta.dirname,
  });
  return JSON.parse(stdout);
}

const START_AND_WAIT = `
const { openPkcs11 } = await import(${JSON.stringify(join(import.meta.dirname, 'pkcs11-provider.ts'))});
const { process: host } = await openPkcs11(JSON.parse(process.env.SETTINGS), { create: true });
console.log(host.pid);
setInterval(() => undefined, 1000);
`;
const OPEN_TOKEN = `
const { loadModule } = await import(${JSON.stringify(join(import.meta.dirname, 'pkcs11-session.ts'))});
const { Pkcs11Token } = await import(${JSON.stringify(join(import.meta.dirname, 'pkcs11-token.ts'))});
const settings = JSON.parse(process.env.SETTINGS);
const module = loadModule(settings.library);
const token = new Pkcs11Token(module, settings);
const keyId = '1-0123456789ab';
token.create(keyId);
const slot = module.C_GetSlotList(true)[0];
`;
const LOSE_SESSIONS = `
const wrapped = token.seal(keyId, Buffer.from('secret'), Buffer.from('context'));
const open = () => token.open(keyId, wrapped, Buffer.from('context')).toString();
module.C_CloseAllSessions(slot);
const closed = open();
const session = module.C_OpenSession(slot, 6);
module.C_Logout(session);
console.log(JSON.stringify({ closed, loggedOut: open() }));
`;
const LOOK_AT_KEY = `
const ck = (await import('pkcs11js')).default;
const session = module.C_OpenSession(slot, 6);
module.C_FindObjectsInit(session, [{ type: ck.CKA_LABEL, value: settings.keyName + '-' + keyId }]);
const [key] = module.C_FindObjects(session, 2);
module.C_FindObjectsFinal(session);
const is = (type) => module.C_GetAttributeValue(session, key, [{ type }])[0].value[0] === 1;
const refusal = (work) => { try { work(); return 'done'; } catch (error) { return error.message; } };
const wrapping = module.C_GenerateKey(session, { mechanism: ck.CKM_AES_KEY_GEN }, [
  { type: ck.CKA_CLASS, value: ck.CKO_SECRET_KEY }, { type: ck.CKA_KEY_TYPE, value: ck.CKK_AES },
  { type: ck.CKA_VALUE_LEN, value: 32 }, { type: ck.CKA_WRAP, value: true },
]);
console.log(JSON.stringify({
  extractable: is(ck.CKA_EXTRACTABLE),
  sensitive: is(ck.CKA_SENSITIVE),
  neverExtractable: is(ck.CKA_NEVER_EXTRACTABLE),
  private: is(ck.CKA_PRIVATE),
  wraps: is(ck.CKA_WRAP),
  value: refusal(() => module.C_GetAttributeValue(session, key, [{ type: ck.CKA_VALUE }])),
  wrapped: refusal(() => module.C_WrapKey(session, { mechanism: ck.CKM_AES_KEY_WRAP_PAD }, wrapping, key, Buffer.alloc(64))),
}));
`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
