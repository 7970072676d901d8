import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig, toEnvironment } from './read-config.ts';

const urls = {
  HOLDFAST_POSTGRES_URL: 'postgres://a@127.0.0.1/x',
  HOLDFAST_POSTGRES_DISPATCHER_URL: 'postgres://b@127.0.0.1/x',
};

describe('readConfig', () => {
  test('gives defaults, reads the environment and freezes the result', () => {
    const config = readConfig({ environment: { ...urls, HOLDFAST_HTTP_PORT: '8099' } });
    expect(config.httpPort).toBe(8099);
    expect(config.sipPort).toBe(5060);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('prefers the command line to the environment and the environment to the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
    try {
      const file = join(folder, 'holdfast.yaml');
      writeFileSync(file, 'httpPort: 1001\nsipPort: 1002\nregion: us-east\n');
      const config = readConfig({
        file,
        environment: { ...urls, HOLDFAST_HTTP_PORT: '2001', HOLDFAST_SIP_PORT: '2002' },
        flags: { sipPort: 3002 },
      });
      expect([config.httpPort, config.sipPort, config.region]).toEqual([2001, 3002, 'us-east']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('stops on a missing, a bad and an unknown setting with its name', () => {
    expect(() => readConfig({ environment: {} })).toThrow(/postgresUrl.*missing/);
    expect(() => readConfig({ environment: { ...urls, HOLDFAST_SIP_PORT: 'x' } })).toThrow(/sipPort/);
    expect(() => readConfig({ environment: { ...urls, HOLDFAST_SIPPORT: '1' } })).toThrow(/HOLDFAST_SIPPORT/);
  });

  test('takes a secret that the recorder names for no setting', () => {
    const config = readConfig({ environment: { ...urls, HOLDFAST_SECRET_SBC: 'x' } });
    expect(JSON.stringify(config)).not.toContain('"x"');
  });

  test('a child process reads back what its parent had', () => {
    const config = readConfig({ environment: { ...urls, HOLDFAST_QUEUES: undefined } });
    expect(readConfig({ environment: toEnvironment(config) })).toEqual(config);
  });
});
