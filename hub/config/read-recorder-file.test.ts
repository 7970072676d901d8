import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { readRecorderFile, resolveSecret } from './read-recorder-file.ts';
import type { RecorderFile } from './recorder-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-recorder-file-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const EXAMPLE = join(import.meta.dirname, '../../examples/recorder.yaml');

function read(yaml: string): RecorderFile {
  const path = join(folder, 'recorder.yaml');
  writeFileSync(path, yaml);
  return readRecorderFile(path);
}

/** The field that a file is refused for, and the sentence. */
function refusalOf(yaml: string): { field: string | undefined; message: string } {
  try {
    read(yaml);
  } catch (error) {
    if (isHoldfastError(error)) return { field: error.field, message: error.message };
    throw error;
  }
  throw new Error(`This was taken: ${yaml}`);
}

describe("the recorder's file", () => {
  test('may be absent or empty: any source, session timers and alerts at their defaults', () => {
    const none = readRecorderFile(undefined);
    expect(none).toMatchObject({ media: {}, sessionTimer: { minimum: 90, preferred: 1800 } });
    expect(none.alerts).toMatchObject({ deadAfterSeconds: 8, lossPercent: 5, silenceOf: 'call' });
    expect([none.listen, none.sources, none.tls]).toEqual([undefined, undefined, undefined]);
    expect(read('# nothing yet\n')).toEqual(none);
  });

  test('of the examples is taken, with everything that can stand in it', () => {
    const file = readRecorderFile(EXAMPLE);
    expect(file.listen?.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'tls', 'tls']);
    expect(file.tls).toMatchObject({ minimumVersion: '1.3', clientCertificates: 'request' });
    expect(file.consent.circumstances.map(({ circumstance }) => circumstance)).toEqual([
      'emergency',
      'payment-card',
      'minor',
    ]);
    expect(file.consent.purposes.map(({ purpose }) => purpose)).toEqual(['health', 'finance']);
    expect(file.sources?.map(({ srtp, dtmf }) => [srtp, dtmf])).toEqual([
      ['require', 'mask'],
      ['allow', 'keep'],
    ]);
  });

  test('is refused with the name of the field that is at fault', () => {
    const source = (more: string): string => `sources:\n  - name: one\n    ${more}\n`;
    const cases: [string, string, RegExp][] = [
      ['listen: []', 'listen', /at least one entry/],
      ['consent: { purposes: [{ purpose: health }] }', 'consent.purposes[0]', /by which it is known/],
      [
        'consent: { circumstances: [{ circumstance: rain, numbers: ["112"] }] }',
        'consent.circumstances[0].circumstance',
        /payment-card/,
      ],
      [
        'consent: { purposes: [{ purpose: health, headers: [{ name: X-A, ends: [b] }] }] }',
        'consent.purposes[0].headers[0].ends',
        /no such field/,
      ],
      [
        'consent: { purposes: [{ purpose: health, numbers: ["030-1"] }] }',
        'consent.purposes[0].numbers[0]',
        /with \+/,
      ],
      ['listen: [{ transport: sctp, host: 127.0.0.1, port: 1 }]', 'listen[0].transport', /udp/],
      ['listen: [{ transport: udp, host: "not a host", port: 1 }]', 'listen[0].host', /host name/],
      ['listen: [{ transport: udp, host: 127.0.0.1, port: 70000 }]', 'listen[0].port', /65535/],
      ['listen: [{ transport: tls, host: 127.0.0.1, port: 5061 }]', 'tls', /key and certificate/],
      ['tls: { key: k }', 'tls.certificate', /./],
      ['tls: { key: k, certificate: c, minimumVersion: "1.1" }', 'tls.minimumVersion', /1\.3/],
      [source('networks: [192.0.2.0/33]'), 'sources[0].networks[0]', /a network/],
      [source('srtp: maybe'), 'sources[0].srtp', /require/],
      [source('digest: { user: u, password: clear-text }'), 'sources[0].digest.password', /\{ file/],
      [source('certificate: { names: [sbc.example] }'), 'sources[0].certificate', /clientCertificates/],
      [source('srtp: refuse\n    keysOverTlsOnly: true'), 'sources[0].keysOverTlsOnly', /no keys/],
      [source('colour: red'), 'sources[0].colour', /no such field/],
      ['sources: [{ name: a }, { name: a }]', 'sources[1].name', /another source/],
      ['sources: [{ name: A B }]', 'sources[0].name', /small letters/],
      ['sessionTimer: { minimum: 60 }', 'sessionTimer.minimum', /90/],
      ['sessionTimer: { minimum: 600, preferred: 300 }', 'sessionTimer.preferred', /minimum/],
      ['alerts: { lossPercent: 0 }', 'alerts.lossPercent', /./],
      ['lsten: []', 'lsten', /no such field/],
      ['[1, 2]', '', /as a whole/],
      ['listen: [', 'recorderFile', /YAML/],
    ];
    for (const [yaml, field, message] of cases) {
      const refusal = refusalOf(yaml);
      expect({ yaml, field: refusal.field }).toEqual({ yaml, field });
      expect(refusal.message).toMatch(message);
    }
  });

  test('ends in an answer or in an error of ours, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((value) => JSON.stringify(value)),
        ),
        (yaml) => {
          try {
            read(yaml);
          } catch (error) {
            expect(isHoldfastError(error) && error.code).toBe('config_invalid');
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a secret', () => {
  test('is found in its file, without the line end, or under its name in the environment', () => {
    const file = join(folder, 'password');
    writeFileSync(file, 's3cret \n');
    expect(resolveSecret({ file }, 'x', {})).toBe('s3cret ');
    expect(resolveSecret({ environment: 'SBC' }, 'x', { HOLDFAST_SECRET_SBC: 'other' })).toBe('other');
  });

  test('that is missing is told by its field, and never shown', () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '\n');
    const where = 'sources[0].digest.password';
    expect(() => resolveSecret({ file: join(folder, 'none') }, where, {})).toThrow(
      /sources\[0\].*cannot be read/,
    );
    expect(() => resolveSecret({ file: empty }, where, {})).toThrow(/empty/);
    expect(() => resolveSecret({ environment: 'SBC' }, where, { SBC: 'wrong place' })).toThrow(
      /HOLDFAST_SECRET_SBC/,
    );
  });
});
