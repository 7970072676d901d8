import { Link } from '@tanstack/react-router';
import { UserSearch } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useActOnRequest } from '../api/requests.ts';
import { OwnerLine } from '../work-place/owner-line.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { shortId } from '../format/short-id.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { EVIDENCE_WORDS, IDENTIFIER_WORDS } from './request-words.ts';

/** Who asks, how that was made sure, and by what they are found in which time. */
export function WhoCard({ entry }: { readonly entry: RequestDetail }) {
  const act = useActOnRequest(entry.id);
  const evidence = entry.evidence as keyof typeof EVIDENCE_WORDS | null;
  return (
    <Card title={t('Who asks')} icon={<UserSearch />}>
      <FactList>
        <Fact name={t('Made sure by')}>{evidence === null ? t('not yet') : EVIDENCE_WORDS[evidence]}</Fact>
        {entry.contact !== null && <Fact name={t('Answer goes to')}>{entry.contact}</Fact>}
        {entry.identifiers.map(({ kind, value, digest, validFrom, validUntil }, place) => (
          <Fact key={place} name={IDENTIFIER_WORDS[kind]}>
            <span className="break-all">
              {value ?? t('digest {{digest}}…', { digest: digest?.slice(0, 16) ?? '' })}
            </span>
            {validFrom !== null && (
              <span className="text-quiet">
                <Rich text="since <at/>" parts={{ at: <Timestamp instant={validFrom} /> }} />
              </span>
            )}
            {validUntil !== null && (
              <span className="text-quiet">
                <Rich text="until <at/>" parts={{ at: <Timestamp instant={validUntil} /> }} />
              </span>
            )}
          </Fact>
        ))}
        <Fact name={t('Places of the person')}>
          {entry.places.length === 0 ? t('not known: the strictest clock runs') : entry.places.join(', ')}
        </Fact>
        {entry.duplicateOf !== null && (
          <Fact name={t('The same as')}>
            <Link
              to="/requests/$id"
              params={{ id: entry.duplicateOf }}
              className="font-mono text-xs text-accent hover:underline"
            >
              {shortId(entry.duplicateOf)}
            </Link>
          </Fact>
        )}
      </FactList>
      <div className="mt-3">
        <OwnerLine
          owner={entry.owner}
          over={entry.endedAt !== null}
          act="request.manage"
          pending={act.isPending}
          onTakeOver={() => {
            act.mutate({ verb: 'take-over', body: {} });
          }}
        />
      </div>
    </Card>
  );
}
