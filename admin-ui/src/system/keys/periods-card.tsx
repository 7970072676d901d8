import { Hourglass } from 'lucide-react';
import type { KeyPeriodView, KeyPeriodWait } from '../../../../hub/api/schemas/keys.ts';
import { Timestamp } from '../../components/timestamp.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { shortId } from '../../format/short-id.ts';
import { plural, t } from '../../i18n/t.ts';

/** Each closing of a period: what was wrapped anew, which root keys went, from when on nobody brings them back, or why not yet. */
export function PeriodsCard({ periods }: { readonly periods: readonly KeyPeriodView[] }) {
  return (
    <Card
      title={t('Periods of keys')}
      icon={<Hourglass />}
      hint={t('When one is closed, older backups open nothing any more of what was disposed of.')}
    >
      {periods.length === 0 && (
        <p className="text-sm text-quiet">
          {t(
            'No period was closed yet: what is disposed of can still be opened from older backups of the database.',
          )}
        </p>
      )}
      <ul className="grid gap-3">
        {periods.map((period) => (
          <Period key={period.id} period={period} />
        ))}
      </ul>
    </Card>
  );
}

function Period({ period }: { readonly period: KeyPeriodView }) {
  const { id, oldRoots, newRoot, rewrapped, replaced, closedAt, beyondRecoveryAt, waitsFor } = period;
  return (
    <li className="grid gap-1 border-b border-line pb-3 text-sm last:border-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium tabular-nums">{shortId(id)}</h3>
        {closedAt === null ? (
          <Badge tone="warn">{t('Not closed yet')}</Badge>
        ) : (
          <Badge tone="good">{t('Period closed')}</Badge>
        )}
      </div>
      <p className="break-all text-quiet">
        <code className="font-mono text-xs">{oldRoots.join(', ')}</code> →{' '}
        <code className="font-mono text-xs">{newRoot ?? '?'}</code>
      </p>
      <p className="text-quiet tabular-nums">
        {plural(rewrapped, { one: '{{count}} key wrapped anew', other: '{{count}} keys wrapped anew' })},{' '}
        {plural(replaced, { one: '{{count}} replaced', other: '{{count}} replaced' })}
      </p>
      {closedAt !== null && (
        <p className="flex flex-wrap gap-x-3 text-quiet">
          <span>
            {t('Closed on')} <Timestamp instant={closedAt} />
          </span>
          {beyondRecoveryAt !== null && (
            <span>
              {t('beyond recovery from')} <Timestamp instant={beyondRecoveryAt} />
            </span>
          )}
        </p>
      )}
      {waitsFor.length > 0 && (
        <div className="mt-1 rounded-md border border-warn/30 bg-warn-soft px-3 py-2">
          <p className="font-medium">{t('It waits, and the old root keys stand until then:')}</p>
          <ul className="mt-1 grid list-disc gap-1 pl-4">
            {waitsFor.map((wait) => (
              <li key={JSON.stringify(wait)}>
                <Wait wait={wait} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </li>
  );
}

function Wait({ wait }: { readonly wait: KeyPeriodWait }) {
  switch (wait.kind) {
    case 'not-rotated':
      return t('The root key was not rotated yet.');
    case 'recorder-unheard':
      return t(
        'The recorder {{node}} has not said yet which root keys it uses: start it, or give it up for good.',
        { node: wait.node },
      );
    case 'recorder-uses':
      return t('The recorder {{node}} has calls or unsealed recordings under an old root key.', {
        node: wait.node,
      });
    case 'still-wrapped':
      return t(
        'Still under an old root key: {{keks}} key-encryption keys, {{credentials}} credentials, {{secrets}} master secrets.',
        { keks: wait.keks, credentials: wait.credentials, secrets: wait.secrets },
      );
  }
}
