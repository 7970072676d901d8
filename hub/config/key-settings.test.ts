import { describe, expect, test } from '@jest/globals';
import { keySettingsOf } from './key-settings.ts';
import { readConfig } from './read-config.ts';

const DATABASE = {
  HOLDFAST_POSTGRES_URL: 'postgres://app@localhost/holdfast',
  HOLDFAST_POSTGRES_DISPATCHER_URL: 'postgres://dispatcher@localhost/holdfast',
};

function settings(environment: Record<string, string>) {
  return keySettingsOf(readConfig<never>({ environment: { ...DATABASE, ...environment } }));
}

const WHOLE: Record<string, Record<string, string>> = {
  local: {},
  pkcs11: {
    HOLDFAST_PKCS11_LIBRARY: '/usr/lib/vendor.so',
    HOLDFAST_PKCS11_TOKEN: 'holdfast',
    HOLDFAST_PKCS11_PIN_FILE: '/run/secrets/pin',
  },
  transit: {
    HOLDFAST_TRANSIT_URL: 'https://vault.example:8200',
    HOLDFAST_TRANSIT_TOKEN_FILE: '/run/secrets/token',
  },
  'aws-kms': { HOLDFAST_AWS_KMS_REGION: 'eu-central-1' },
  'azure-key-vault': { HOLDFAST_AZURE_VAULT_URL: 'https://holdfast.vault.azure.net' },
};

describe('the settings of a key provider', () => {
  test('are the local ring, unless another is chosen', () => {
    expect(settings({})).toMatchObject({ keyProvider: 'local', keyName: 'holdfast-root' });
  });

  test.each(Object.entries(WHOLE))('of %s are taken when they are whole', (keyProvider, environment) => {
    expect(settings({ HOLDFAST_KEY_PROVIDER: keyProvider, ...environment })).toMatchObject({ keyProvider });
  });

  test.each(
    Object.entries(WHOLE).flatMap(([keyProvider, environment]) =>
      Object.keys(environment).map((missing) => ({ keyProvider, environment, missing })),
    ),
  )('of $keyProvider are refused without $missing, by its name', ({ keyProvider, environment, missing }) => {
    const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => name !== missing));
    expect(() => settings({ HOLDFAST_KEY_PROVIDER: keyProvider, ...rest })).toThrow(missing);
  });

  test('are refused beside those of another: the keys would not be where they say', () => {
    expect(() => settings(WHOLE['pkcs11']!)).toThrow(
      /pkcs11Library belongs to the key provider pkcs11, but local/,
    );
    const both = { ...WHOLE['aws-kms'], HOLDFAST_TRANSIT_NAMESPACE: 'recording' };
    expect(() => settings({ HOLDFAST_KEY_PROVIDER: 'aws-kms', ...both })).toThrow(/transitNamespace belongs/);
  });

  test('never send a token in the clear over a network', () => {
    const transit = { ...WHOLE['transit'], HOLDFAST_KEY_PROVIDER: 'transit' };
    const at = (url: string) => () => settings({ ...transit, HOLDFAST_TRANSIT_URL: url });
    for (const url of ['http://vault.example:8200', 'http://localhost.evil.example', 'ftp://localhost'])
      expect(at(url)).toThrow(/transitUrl/);
    expect(at('http://127.0.0.1:8200')()).toMatchObject({ transitUrl: 'http://127.0.0.1:8200' });
  });
});
