import { CAPTURE_REMARKS } from '../../recorder-core/capture/capture-remarks.ts';
import { RECORDING_WARNINGS, type WarningText } from '../../recorder-core/siprec/warnings.ts';

const INTRODUCTION = `# Warnings on recordings

<!-- Written by ops/docs/write-pages.ts from recorder-core/siprec/warnings.ts and recorder-core/capture/capture-remarks.ts. -->

For whoever reads a recording and for whoever runs the system that sent it. The recorder accepts, records and warns: a
warning never means that the call was refused, only that something about the recording should be known. Each stands once
with the recording, in the console under "Warnings" and in \`warnings\` of \`GET /api/v1/recordings/{id}\`, and names nobody.
It stays when its cause is gone: a name that came later in the call does not take it back. A line that was refused (port 0
in the answer) is the one case in which something of the call was not taken.

What the recorder refuses as a whole is no warning: see \`recorder.md\`.
`;

/** docs/recorder-warnings.md as it must be. Pure. */
export function recorderWarningsPage(): string {
  return [
    INTRODUCTION,
    '## What the source sent',
    '',
    table(RECORDING_WARNINGS),
    '## What happened in the recorder',
    '',
    table(CAPTURE_REMARKS),
  ].join('\n');
}

function table(texts: Readonly<Record<string, WarningText>>): string {
  const rows = Object.entries(texts).map(
    ([code, { text, remedy }]) => `| \`${code}\` | ${text} | ${remedy} |\n`,
  );
  return `| code | the sentence on the recording | what to do |\n|---|---|---|\n${rows.join('')}`;
}
