/** A verdict as text for people. */
import { CHECKS, type CheckResult } from './report.ts';
import { counted, quoted } from './refused.ts';
import type { Verification } from './verify-bundle.ts';

const SIGNS = { passed: '✓', 'not proven': '○', failed: '✗', 'not checked': '·' } as const;
const WIDTH = 100;

/** The whole report. `path` is the file that was checked. */
export function describeVerification(
  { verdict, first, checks, notProven, bundle, trust }: Verification,
  path: string,
): string {
  const wrong = checks.find(({ check }) => check === first);
  const lines = [
    verdict === 'verified' ? `VERIFIED: ${path}` : `REFUSED: ${path}`,
    '',
    ...(wrong === undefined ? [] : ['The first thing that is wrong:', ...wrap(wrong.statement, '  '), '']),
    ...(bundle === null
      ? []
      : [
          `  Bundle       ${bundle.id}, made at ${bundle.createdAt} by ${quoted(bundle.software)}`,
          `  Log          ${bundle.origin}, ${bundle.ledgerSize} entries`,
          `  Contents     ${counted(bundle.recordings, 'recording')}, ${counted(bundle.files, 'file')}`,
          `  Made for     ${quoted(bundle.recipient.name)}, watermark ${quoted(bundle.recipient.watermark)}`,
          `  Purpose      ${quoted(bundle.purpose)}${bundle.matter === null ? '' : `, matter ${quoted(bundle.matter)}`}`,
          '',
        ]),
    ...checks.flatMap(describeCheck),
    '',
    ...(verdict === 'verified' && notProven.length > 0
      ? ['Not proven by this bundle:', ...notProven.flatMap((sentence) => wrap(sentence, '  - ')), '']
      : []),
    'All of this rests on your trust file, whose fingerprint is',
    `  ${trust}`,
    'Compare it by another way (by telephone, on paper) with whoever gave you the file.',
  ];
  return `${lines.join('\n')}\n`;
}

function describeCheck({ check, result, statement }: CheckResult): string[] {
  return [`${SIGNS[result]} ${CHECKS[check]}`, ...(result === 'not checked' ? [] : wrap(statement, '    '))];
}

/** Lines of a width that fits a page; the first begins with `lead`, the others with as many spaces. */
function wrap(text: string, lead: string): string[] {
  const lines: string[] = [];
  let line = lead;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = ' '.repeat(lead.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
