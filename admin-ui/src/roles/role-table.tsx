import { Check, Fingerprint, Users } from 'lucide-react';
import type { RoleMatrixView } from '../../../hub/api/schemas/access-policy.ts';
import { codeInWords } from '../format/words.ts';
import { plural, t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';
import { actsByThing, type RoleRight } from './role-rows.ts';

interface RoleTableProps {
  readonly matrix: RoleMatrixView;
  /** Part of the names of the acts that are shown; empty for all. */
  readonly wanted: string;
}

/** Acts by what they are about, and for each role how far it may do them. */
export function RoleTable({ matrix: { roles, acts }, wanted }: RoleTableProps) {
  const groups = actsByThing(acts.filter(({ act }) => act.includes(wanted)));
  if (groups.length === 0) return <p className="text-sm">{t('No act of this name.')}</p>;
  return (
    <div
      role="region"
      aria-label={t('What each role may do')}
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse text-left text-sm" data-testid="role-matrix">
        <caption className="sr-only">{t('Acts, and for each role whether it may do them')}</caption>
        <thead>
          <tr className="border-b border-line bg-sunken/60 text-xs text-quiet">
            <th scope="col" className="px-4 py-2 font-medium">
              {t('Act')}
            </th>
            {roles.map(({ role, people }) => (
              <th key={role} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                {roleInWords(role)}
                <span className="block font-normal">
                  {plural(people, { one: '{{count}} person', other: '{{count}} people' })}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(({ thing, acts: ofThing }) => (
          <tbody key={thing} className="border-b border-line last:border-0">
            <tr>
              <th
                scope="rowgroup"
                colSpan={roles.length + 1}
                className="px-4 pt-3 pb-1 text-xs font-semibold text-quiet"
              >
                {codeInWords(thing.replaceAll('-', ' '))}
              </th>
            </tr>
            {ofThing.map(({ act, rights }) => (
              <tr key={act} className="hover:bg-sunken/60">
                <th scope="row" className="px-4 py-1 font-normal">
                  <code className="font-mono text-xs">{act}</code>
                </th>
                {roles.map(({ role }) => (
                  <td key={role} className="px-3 py-1 whitespace-nowrap">
                    <Right right={rights[role]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Right({ right: { may, proof, policies } }: { readonly right: RoleRight }) {
  if (may === 'nothing')
    return (
      <span className="text-quiet">
        <span aria-hidden>–</span>
        <span className="sr-only">{t('No')}</span>
      </span>
    );
  return (
    <span className="inline-flex items-center gap-1.5" title={policies.join(', ')}>
      {may === 'all' ? (
        <>
          <Check aria-hidden className="size-4 text-good" />
          <span className="sr-only">{t('Yes')}</span>
        </>
      ) : (
        <>
          <Users aria-hidden className="size-4 text-good" />
          <span className="text-xs">{t('Own department')}</span>
        </>
      )}
      {proof && (
        <>
          <Fingerprint aria-hidden className="size-4 text-warn" />
          <span className="text-xs">{t('with proof')}</span>
        </>
      )}
    </span>
  );
}
