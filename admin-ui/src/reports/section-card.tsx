import { Link } from '@tanstack/react-router';
import type { ReportSectionItem } from '../../../hub/api/schemas/report.ts';
import { Sentence } from '../components/sentence.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { plural, t } from '../i18n/t.ts';
import { sectionInWords, severityInWords, severityTone } from './report-words.ts';

/** One section of a report: what was checked, what was found, what could not be checked and why. */
export function SectionCard({ section }: { readonly section: ReportSectionItem }) {
  const { label, tone, meaning } = sectionInWords(section.state);
  const counts = Object.entries(section.counts);
  const isEmpty =
    counts.length + section.statements.length + section.notChecked.length + section.findings.length === 0;
  return (
    <Card
      title={fromHub(section.title)}
      actions={
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
      }
    >
      <div className="grid gap-3 text-sm">
        {isEmpty && <p className="text-quiet">{meaning}</p>}
        {section.findings.map((one) => (
          <div key={one.id} className="flex flex-wrap items-start gap-x-3 gap-y-1">
            <Badge tone={severityTone(one.severity)}>{severityInWords(one.severity)}</Badge>
            <p className="min-w-0 grow basis-72">
              <Sentence text={one.statement} />{' '}
              {one.subject.type === 'recording' && (
                <Link to="/recordings/$id" params={{ id: one.subject.id }} className="underline">
                  {t('The recording')}
                </Link>
              )}
              <span className="block text-xs text-quiet">
                {t('due')} <Timestamp instant={one.dueAt} />
              </span>
            </p>
          </div>
        ))}
        {section.openFindings > section.findings.length && (
          <p className="text-quiet">
            {plural(section.openFindings - section.findings.length, {
              one: '{{count}} more is in the list of findings.',
              other: '{{count}} more are in the list of findings.',
            })}
          </p>
        )}
        {section.notChecked.map((text) => (
          <p key={text} className="rounded-md bg-warn-soft px-3 py-2 text-ink/85">
            <span className="font-medium">{t('Not checked:')} </span>
            <Sentence text={text} />
          </p>
        ))}
        {section.statements.map((text) => (
          <p key={text} className="wrap-anywhere text-quiet">
            <Sentence text={text} />
          </p>
        ))}
        {counts.length > 0 && (
          <FactList>
            {counts.map(([name, count]) => (
              <Fact key={name} name={fromHub(name)}>
                <span className="tabular-nums">{count}</span>
              </Fact>
            ))}
          </FactList>
        )}
      </div>
    </Card>
  );
}
