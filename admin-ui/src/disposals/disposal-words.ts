/** Disposals in the words of the console. */
import type { CertificateDetail, DisposalRun } from '../../../hub/api/schemas/disposal.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { t } from '../i18n/t.ts';

/** Where a run stands. */
export const RUN_STATES: Readonly<
  Record<DisposalRun['state'], { readonly label: string; readonly tone: Tone }>
> = {
  claiming: { label: t('Claiming'), tone: 'neutral' },
  waiting: { label: t('Waiting'), tone: 'warn' },
  approved: { label: t('Approved'), tone: 'good' },
  refused: { label: t('Refused'), tone: 'bad' },
  done: { label: t('Done'), tone: 'neutral' },
};

/** What a connected system answered when it was asked to delete. */
export interface ConnectionAnswer {
  readonly connectionId: string;
  readonly outcome: string;
  readonly detail: string | null;
  readonly answeredAt: string | null;
  readonly beforeTheKeys: boolean;
}

/** A copy that a disposal cannot reach. */
export interface Residual {
  readonly what: string;
  readonly until: string | null;
  readonly remark: string;
}

/** What a certificate shows of its evidence; what an older release did not write is empty. Pure. */
export interface CertificateFacts {
  readonly mechanism: string;
  readonly parts: number;
  readonly objectsLeft: number | null;
  readonly answers: readonly ConnectionAnswer[];
  readonly residuals: readonly Residual[];
}

/** Reads the evidence of a certificate, which is free of a form: each part is taken only where it is what it should be. Pure. */
export function certificateFacts({ evidence }: Pick<CertificateDetail, 'evidence'>): CertificateFacts {
  return {
    mechanism: textOf(evidence['mechanism']) ?? '',
    parts: listOf(evidence['parts']).length,
    objectsLeft: typeof evidence['objectsLeft'] === 'number' ? evidence['objectsLeft'] : null,
    answers: listOf(evidence['connections']).map((one) => ({
      connectionId: textOf(one['connectionId']) ?? '',
      outcome: textOf(one['outcome']) ?? '',
      detail: textOf(one['detail']) ?? null,
      answeredAt: textOf(one['answeredAt']) ?? null,
      beforeTheKeys: one['beforeTheKeys'] === true,
    })),
    residuals: listOf(evidence['residualCopies']).map((one) => ({
      what: textOf(one['what']) ?? '',
      until: textOf(one['until']) ?? null,
      remark: textOf(one['remark']) ?? '',
    })),
  };
}

const RESIDUALS: Readonly<Record<string, string>> = {
  'database-backups': t('Backups of the database'),
  'key-archive': t('Archive of keys'),
  'locked-ciphertext': t('Ciphertext that a lock keeps'),
  'exported-bundle': t('A bundle that was handed out'),
};

/** A copy elsewhere, by its name. */
export function residualInWords(what: string): string {
  return RESIDUALS[what] ?? codeInWords(what);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (one): one is Record<string, unknown> => typeof one === 'object' && one !== null && !Array.isArray(one),
  );
}
