import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its key, as PEM and as files. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
}

/** A certification authority of OpenSSL in a temporary folder, for tests of TLS. */
export interface TlsAuthority {
  readonly ca: string;
  readonly caPath: string;
  /** A certificate for 127.0.0.1 and localhost, or for a client. */
  issue(name: string, use: 'serverAuth' | 'clientAuth', days?: number): IssuedCertificate;
  close(): void;
}

/** Makes an authority; every call makes other keys, on the curve P-256. */
export function makeTlsAuthority(): TlsAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...pair,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=Test CA',
  );
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    ca: read('ca.pem'),
    caPath: join(folder, 'ca.pem'),
    issue(name, use, days = 10) {
      writeFileSync(
        join(folder, `${name}.ext`),
        `extendedKeyUsage=${use}\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n`,
      );
      openssl('req', ...pair, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      openssl(
        ...`x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out ${name}.pem -days ${days} -extfile ${name}.ext`.split(
          ' ',
        ),
      );
      return {
        cert: read(`${name}.pem`),
        key: read(`${name}.key`),
        certPath: join(folder, `${name}.pem`),
        keyPath: join(folder, `${name}.key`),
      };
    },
    close() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
