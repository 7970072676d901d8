import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a local authority deviates from a good one. */
export interface AuthorityOptions {
  /** Lines of OpenSSL's configuration for the signer's certificate, in place of the right purpose. */
  readonly extensions?: string;
  /** Arguments of `openssl req` for all pairs of keys; P-256 by default, which costs nothing to make. */
  readonly newKey?: readonly string[];
  /** Validity of the signer's certificate, as `openssl x509 -not_before` would write it: YYYYMMDDHHMMSSZ. */
  readonly validity?: { readonly from: string; readonly to: string };
  /** Accuracy in the configuration's words. */
  readonly accuracy?: string;
  /** Puts a certifier between the root and the signer. */
  readonly intermediate?: true;
  /** Hash of the token's signature; sha256 by default. */
  readonly signerDigest?: string;
  /** Hash by which the signer names its certificate; sha256 by default. */
  readonly certificateHash?: string;
  /** How many certifiers the root allows below itself. */
  readonly rootPathLength?: number;
}

/** An RFC 3161 authority of OpenSSL (`openssl ts`) with its own certifier, in a temporary folder. */
export interface TimeStampAuthority {
  readonly folder: string;
  /** The certifier's certificate in PEM. */
  readonly root: string;
  readonly rootPath: string;
  /** The signer's certificate in PEM. */
  readonly signer: string;
  /** Answers a TimeStampReq with a TimeStampResp. */
  reply(request: Buffer): Buffer;
  close(): void;
}

const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const PURPOSE = 'extendedKeyUsage = critical, timeStamping';

/** Makes an authority; every call makes other keys. */
export function makeTimeStampAuthority(options: AuthorityOptions = {}): TimeStampAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tsa-'));
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const newKey = options.newKey ?? P256;
  mkdirSync(join(folder, 'issued'));
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'serial'), '1000\n');
  writeFileSync(join(folder, 'tsa-serial'), '01\n');
  writeFileSync(join(folder, 'openssl.cnf'), configuration(options));
  openssl(
    ...'req -x509 -config openssl.cnf -extensions root -nodes -keyout root.key -out root.pem -days 3650'.split(
      ' ',
    ),
    ...newKey,
    '-subj',
    '/CN=Test Root',
  );
  const issuer = options.intermediate === true ? 'middle' : 'root';
  if (options.intermediate === true) {
    openssl(
      ...'req -config openssl.cnf -nodes -keyout middle.key -out middle.csr'.split(' '),
      ...newKey,
      '-subj',
      '/CN=Test Certifier',
    );
    openssl(
      ...'ca -batch -config openssl.cnf -notext -extensions middle -cert root.pem -keyfile root.key -in middle.csr -out middle.pem -days 3000'.split(
        ' ',
      ),
    );
  }
  openssl(
    'req',
    '-config',
    'openssl.cnf',
    ...newKey,
    '-nodes',
    '-keyout',
    'tsa.key',
    '-out',
    'tsa.csr',
    '-subj',
    '/CN=Test Time Stamps',
  );
  const validity =
    options.validity === undefined
      ? ['-days', '2000']
      : ['-startdate', options.validity.from, '-enddate', options.validity.to];
  openssl(
    'ca',
    '-batch',
    '-config',
    'openssl.cnf',
    '-notext',
    '-extensions',
    'signer',
    '-cert',
    `${issuer}.pem`,
    '-keyfile',
    `${issuer}.key`,
    '-in',
    'tsa.csr',
    '-out',
    'tsa.pem',
    ...validity,
  );
  const chain = options.intermediate === true ? ['middle.pem'] : [];
  writeFileSync(
    join(folder, 'chain.pem'),
    [...chain, 'root.pem'].map((name) => readFileSync(join(folder, name), 'utf8')).join(''),
  );
  let calls = 0;
  return {
    folder,
    root: readFileSync(join(folder, 'root.pem'), 'utf8'),
    rootPath: join(folder, 'root.pem'),
    signer: readFileSync(join(folder, 'tsa.pem'), 'utf8'),
    reply(request) {
      calls += 1;
      const name = `query-${calls}.tsq`;
      writeFileSync(join(folder, name), request);
      openssl('ts', '-reply', '-config', 'openssl.cnf', '-queryfile', name, '-out', `${name}.tsr`);
      return readFileSync(join(folder, `${name}.tsr`));
    },
    close() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Serves an authority over HTTP as RFC 3161 section 3.4 says. `answer` may replace its answers, to play a faulty one. */
export async function serveTimeStamps(
  answer: (request: Buffer) => Buffer | { readonly status: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = answer(Buffer.concat(chunks));
      if (Buffer.isBuffer(reply))
        response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(reply);
      else response.writeHead(reply.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configuration({
  extensions = PURPOSE,
  accuracy,
  rootPathLength,
  signerDigest = 'sha256',
  certificateHash = 'sha256',
}: AuthorityOptions): string {
  return `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = unused
[root]
basicConstraints = critical, CA:true${rootPathLength === undefined ? '' : `, pathlen:${rootPathLength}`}
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[middle]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
${extensions}
[ca]
default_ca = issuing
[issuing]
database = index.txt
serial = serial
new_certs_dir = issued
default_md = sha256
unique_subject = no
policy = anything
[anything]
commonName = supplied
[tsa]
default_tsa = stamping
[stamping]
dir = .
serial = tsa-serial
crypto_device = builtin
signer_cert = tsa.pem
certs = chain.pem
signer_key = tsa.key
signer_digest = ${signerDigest}
default_policy = 1.3.6.1.4.1.55555.1
digests = sha256, sha384, sha512
${accuracy === undefined ? '' : `accuracy = ${accuracy}`}
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = ${certificateHash}
`;
}
