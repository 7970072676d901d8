import type { Readiness } from '../../../hub/api/schemas/session.ts';
import { t } from '../i18n/t.ts';

/** Readiness as the indicator shows it. */
export interface ReadinessWords {
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  readonly text: string;
}

/** Names what is not ready; no answer at all is told apart from an answer that says no. */
export function readinessWords(report: Readiness | undefined, unreachable: boolean): ReadinessWords {
  if (unreachable) return { tone: 'bad', text: t('The hub does not answer') };
  if (report === undefined) return { tone: 'quiet', text: t('Checking…') };
  const failing = report.checks.filter((check) => !check.ok && check.vital !== false).map(({ name }) => name);
  const missing = report.checks.filter((check) => !check.ok && check.vital === false).map(({ name }) => name);
  if (report.ready && failing.length === 0 && missing.length > 0)
    return { tone: 'warn', text: t('Ready, without {{parts}}', { parts: missing.join(', ') }) };
  if (report.ready && failing.length === 0) return { tone: 'good', text: t('All parts ready') };
  return {
    tone: 'bad',
    text: failing.length === 0 ? t('Not ready') : t('Not ready: {{parts}}', { parts: failing.join(', ') }),
  };
}
