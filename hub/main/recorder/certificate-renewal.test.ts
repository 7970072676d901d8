import { afterEach, describe, expect, test } from '@jest/globals';
import type { TlsListenSettings } from '../../../recorder-core/sip/user-agent.ts';
import { CertificateRenewal } from './certificate-renewal.ts';

const FIRST: TlsListenSettings = { key: 'key 1', cert: 'certificate 1' };
const SECOND: TlsListenSettings = { key: 'key 2', cert: 'certificate 2' };

const open: CertificateRenewal[] = [];
afterEach(() => {
  for (const renewal of open.splice(0)) renewal.stop();
});

function watch(files: { now: () => TlsListenSettings }, renew: (settings: TlsListenSettings) => void) {
  const errors: unknown[] = [];
  const log = {
    info: () => undefined,
    error: (entry: unknown) => {
      errors.push(entry);
    },
  };
  const renewal = new CertificateRenewal({ log, read: () => files.now(), renew });
  open.push(renewal);
  return { renewal, errors };
}

describe('certificates on the disk', () => {
  test('are taken once when they change, and not while they stay the same', () => {
    const files = { now: () => FIRST };
    const used: TlsListenSettings[] = [];
    const { renewal } = watch(files, (settings) => used.push(settings));
    renewal.look();
    files.now = () => SECOND;
    renewal.look();
    renewal.look();
    expect(used).toEqual([SECOND]);
  });

  test('that cannot be read or used are tried again, and told without their keys', () => {
    const files = { now: () => FIRST };
    let tries = 0;
    const { renewal, errors } = watch(files, () => {
      tries += 1;
      if (tries === 1) throw new Error('key values mismatch');
    });
    files.now = () => {
      throw new Error('no such file');
    };
    renewal.look();
    files.now = () => SECOND;
    renewal.look();
    renewal.look();
    renewal.look();
    expect(tries).toBe(2);
    expect(errors).toHaveLength(2);
    expect(JSON.stringify(errors)).not.toContain('key 2');
  });
});
