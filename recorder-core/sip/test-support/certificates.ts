import { readFileSync } from 'node:fs';

/**
 * Certificates for tests, valid until 2120: `server` and `renewed` are for localhost and its addresses, `client` for
 * sbc.example, all from one authority; `stranger` is self-signed under the client's name. The keys protect nothing.
 */
export const IDENTITIES = {
  server: identity('server'),
  renewed: identity('renewed'),
  client: identity('client'),
  stranger: identity('stranger'),
} as const;

/** The authority that tests trust. */
export const AUTHORITY = read('ca.pem');

function identity(name: string): { key: string; cert: string } {
  return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
}

function read(file: string): string {
  return readFileSync(new URL(`certificates/${file}`, import.meta.url), 'utf8');
}
