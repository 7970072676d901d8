import { OFFER_FORMS, type OfferForm } from '../../recorder-core/siprec/client/call-options.ts';
import { everyCase, pairwiseCases, productCases } from './cases.ts';
import { CHANGES, type ChangeName, type MatrixChange } from './changes.ts';
import { expectedWarnings } from './expectation.ts';
import { TRANSPORTS, type MatrixCase, type MatrixTransport } from './matrix-case.ts';
import { SOURCES } from './sources.ts';

const INTRODUCTION = `# SIPREC interoperability

<!-- Written by ops/docs/write-pages.ts from the tables in test/matrix. A test fails while the page is out of date. -->

For whoever wants to know whether a system works with the recorder, and how that is known. The recorder is called over real
sockets in the forms of twelve vendors and in that of the RFCs, by each transport and offer form, with what happens in real
calls. \`recorder.md\` says how to point a system at it.

A form is what systems of the vendor are known to send: XML dialect, headers, order of body parts, labels, ways of holding.
It is played by our own recording client (\`holdfast call --dialect\`), and the requests are no copies from the wire: that a form
is understood is no certificate of the vendor. Programs that are not ours stand at the end.

After each call this is compared, and must be equal:

- **answers:** plain SDP with the lines, order, labels and profile of the offer; only what was offered; the right direction;
  the port of a label never moves; the version of the origin grows with each change and only then;
- **channels:** the SHA-256 of each line's payload is that of what was sent, and the party who spoke is on its channel, with
  the moments of joining and leaving;
- **length:** the recording is as long as the call to the millisecond, holds included, holds are marked where they were, and
  the RTP clock of each line agrees with the recorder's;
- **warnings:** exactly those that the form explains;
- **journal:** every body that was sent is there as it came, with its time, SRTP keys overwritten;
- **relations:** two recordings of one call find each other.
`;

const OFFERS: Readonly<Record<OfferForm, string>> = {
  both: 'SDP and metadata in the INVITE',
  'metadata-first': 'the same, metadata in front',
  'metadata-later': 'SDP alone, metadata in an UPDATE',
  sdp: 'SDP alone, no metadata ever',
  delayed: 'no body; SDP and metadata in the ACK',
};

/** Programs of others, and the tests that run them. */
const PEERS = [
  [
    'sipp 3.6 (Debian `sip-tester`)',
    'calls over UDP and TCP with RTP, equal to the byte; OPTIONS, retransmissions, CANCEL, refusals, broken metadata',
    '`test/interop/sipp.test.ts`',
  ],
  [
    'ffmpeg 5.1',
    'SRTP under two suites, over a roll-over of the sequence; its decoders beside ours',
    '`test/interop/ffmpeg-srtp.test.ts`, `test/interop/ffmpeg-codecs.test.ts`',
  ],
  [
    'werift 0.8 (npm)',
    'SRTP and SRTCP under two suites in both directions',
    '`recorder-core/media/srtp/werift-cross-check.test.ts`',
  ],
] as const;

/** docs/siprec-interoperability.md as it must be. Pure. */
export function interoperabilityPage(): string {
  const cases = pairwiseCases();
  const figures = `\`npm test\` plays ${cases.length} calls, chosen so that every transport, source, offer form and change meets every other
(\`test/matrix/cases.ts\`). \`npm run test:endurance\` plays all ${productCases().length} combinations of source, offer form and change.
`;
  return [
    INTRODUCTION,
    figures,
    '## Sources',
    '',
    'Calls in `npm test`; the warnings of a call in which nothing happens.',
    '',
    sourcesTable(cases),
    '## Transports and offer forms',
    '',
    transportsTable(cases),
    '## What happens in the calls',
    '',
    'Speakers by line: `a` and `b` are the two parties, `b<400` leaves and `c>400` joins after 400 ms.',
    '',
    changesTable(),
    '## Sources and changes',
    '',
    'Calls in `npm test`; **bold** what the vendor is known for; – what its calls cannot say.',
    '',
    matrixTable(cases),
    '## Programs of others',
    '',
    'Run by `npm run test:interop`, the last by `npm test`.',
    '',
    table(['program', 'what it does', 'test'], PEERS),
  ].join('\n');
}

function sourcesTable(cases: readonly MatrixCase[]): string {
  const rows = SOURCES.map((source) => {
    const [offer = 'both'] = source.offers;
    const codes = expectedWarnings({ transport: 'udp', source, offer, change: 'none' });
    const played = cases.filter((one) => one.source === source).length;
    const forms = source.offers.length === OFFER_FORMS.length ? 'all' : source.offers.join(', ');
    const lines = { separate: 'one a party', mixed: 'one for all', 'per-line': 'a dialog a party' };
    return [
      source.title,
      `\`${source.dialect}\``,
      lines[source.lines],
      forms,
      String(played),
      codesOf(codes),
    ];
  });
  return table(['system', 'known as', 'lines', 'offer forms', 'calls', 'warnings'], rows);
}

function transportsTable(cases: readonly MatrixCase[]): string {
  const names: Readonly<Record<MatrixTransport, string>> = {
    udp: 'UDP',
    tcp: 'TCP',
    tls: 'TLS 1.3',
    'udp-ipv6': 'UDP over IPv6',
  };
  const rows = OFFER_FORMS.map((offer) => [
    `\`${offer}\`: ${OFFERS[offer]}`,
    ...TRANSPORTS.map((transport) =>
      shown(cases.filter((one) => one.offer === offer && one.transport === transport).length),
    ),
  ]);
  return table(['offer form', ...TRANSPORTS.map((transport) => names[transport])], rows);
}

function changesTable(): string {
  const rows = Object.entries<MatrixChange>(CHANGES).map(([name, change]) => [
    `\`${name}\``,
    change.title,
    [
      change.recordings === 0 ? 'nothing is kept' : undefined,
      change.speakers && change.speakers.map((line) => `\`${line.join(' ')}\``).join(', '),
      change.hold && `hold from ${change.hold[0]} to ${change.hold[1]} ms`,
      change.relation && `related as \`${change.relation}\``,
      change.warnings && codesOf(change.warnings),
    ]
      .filter((fact) => fact !== undefined)
      .join('; '),
  ]);
  return table(['name', 'what happens', 'what must be there besides'], rows);
}

function matrixTable(cases: readonly MatrixCase[]): string {
  const possible = everyCase();
  const rows = (Object.keys(CHANGES) as ChangeName[]).map((change) => [
    `\`${change}\``,
    ...SOURCES.map((source) => {
      const fits = (one: MatrixCase): boolean => one.source === source && one.change === change;
      if (!possible.some(fits)) return '–';
      const count = String(cases.filter(fits).length);
      return source.knownFor.includes(change) ? `**${count}**` : count;
    }),
  ]);
  return table(['', ...SOURCES.map(({ dialect }) => dialect)], rows);
}

function codesOf(codes: readonly string[]): string {
  return codes.map((code) => `\`${code}\``).join(', ');
}

function shown(count: number): string {
  return count === 0 ? '–' : String(count);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}
