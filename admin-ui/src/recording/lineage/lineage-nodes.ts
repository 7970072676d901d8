/** What came of what: a recording's way from the call to what was made of it and where it went. */
import type { Lineage } from '../../../../hub/api/schemas/lineage.ts';
import type { RecordingDetail } from '../../../../hub/api/schemas/recording.ts';
import type { Tone } from '../../components/ui/badge.tsx';
import { localDate } from '../../format/time.ts';
import { byteSize, codeInWords, partyName } from '../../format/words.ts';
import { t } from '../../i18n/t.ts';

/** Where a node leads. */
export type LineageTarget =
  | { readonly to: '/connections/$id' | '/exports/$id'; readonly params: { readonly id: string } }
  | { readonly anchor: 'parts' | 'custody' };

/** One thing; `stage` is its column, from the capture to what is outside. */
export interface LineageNode {
  readonly id: string;
  readonly stage: 0 | 1 | 2 | 3;
  readonly title: string;
  readonly detail: string;
  readonly tone: Tone;
  readonly target: LineageTarget;
  /** Ids of the nodes that it was made of. */
  readonly from: readonly string[];
}

type Source = Pick<
  RecordingDetail,
  'source' | 'startedAt' | 'region' | 'parts' | 'parties' | 'certificate' | 'state'
>;

/** The titles of the columns. */
export function stageInWords(stage: LineageNode['stage']): string {
  if (stage === 0) return t('Captured');
  if (stage === 1) return t('Sealed parts');
  return stage === 2 ? t('Made from them') : t('Outside, and the end');
}

/** All nodes, a column after the other. Pure. */
export function lineageNodes(recording: Source, lineage: Lineage | undefined): LineageNode[] {
  const { source, startedAt, region, parts, certificate } = recording;
  const capture: LineageNode = {
    id: 'capture',
    stage: 0,
    title: t('Call by {{source}}', { source: source.toUpperCase() }),
    detail: `${localDate(startedAt)}, ${region}`,
    tone: 'accent',
    target: { anchor: 'custody' },
    from: [],
  };
  const isSealed = ({ kind, replaces }: Source['parts'][number]) => kind !== 'waveform' && replaces === null;
  const sealed = parts.filter(isSealed);
  const derived = parts.filter((part) => !isSealed(part));
  const nodeOf = (part: Source['parts'][number], stage: 1 | 2, from: readonly string[]): LineageNode => ({
    id: part.id,
    stage,
    title: partTitle(part, recording),
    detail:
      part.destroyedAt === null
        ? byteSize(part.bytes)
        : t('Destroyed on {{date}}', { date: localDate(part.destroyedAt) }),
    tone: part.destroyedAt === null ? 'good' : 'bad',
    target: { anchor: 'parts' },
    from,
  });
  const media = sealed.filter(({ kind }) => kind === 'media').map(({ id }) => id);
  const all = sealed.map(({ id }) => id);
  return [
    capture,
    ...sealed.map((part) => nodeOf(part, 1, ['capture'])),
    ...derived.map((part) => nodeOf(part, 2, part.replaces === null ? media : [part.replaces])),
    ...outside(lineage, all.length === 0 ? ['capture'] : all),
    ...(certificate === null
      ? []
      : [
          {
            id: 'disposal',
            stage: 3 as const,
            title: t('Disposed of'),
            detail: localDate(certificate.disposedAt),
            tone: 'bad' as const,
            target: { anchor: 'custody' as const },
            from: all.length === 0 ? ['capture'] : all,
          },
        ]),
  ];
}

const OUTCOME_TONES = { done: 'good', rejected: 'bad', unknown: 'warn' } as const;

function outside(lineage: Lineage | undefined, from: readonly string[]): LineageNode[] {
  if (lineage === undefined) return [];
  return [
    ...lineage.connections.map(({ id, name, operation, outcome, at }): LineageNode => ({
      id: `connection ${id}`,
      stage: 3,
      title: name,
      detail: `${codeInWords(operation)}, ${codeInWords(outcome)}, ${localDate(at)}`,
      tone: OUTCOME_TONES[outcome],
      target: { to: '/connections/$id', params: { id } },
      from,
    })),
    ...(lineage.exports ?? []).map(({ id, state, at }): LineageNode => ({
      id: `export ${id}`,
      stage: 3,
      title: t('Export of {{date}}', { date: localDate(at) }),
      detail: codeInWords(state),
      tone: 'info',
      target: { to: '/exports/$id', params: { id } },
      from,
    })),
  ];
}

function partTitle(part: Source['parts'][number], { parties }: Source): string {
  if (part.kind === 'waveform') return t('Waveform');
  if (part.kind === 'metadata') return t('Metadata');
  const speakers = parties.filter(({ label }) => label !== null && label === part.label).map(partyName);
  return speakers.length > 0
    ? t('Voice of {{name}}', { name: speakers.join(', ') })
    : t('Voice, line {{label}}', { label: part.label ?? '?' });
}
