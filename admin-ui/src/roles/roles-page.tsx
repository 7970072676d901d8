import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useRoles } from '../api/roles.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { RoleTable } from './role-table.tsx';

/** What each role may do by the policies in force, as the hub answers when it asks them. */
export function RolesPage() {
  const { data, isPending, error, refetch } = useRoles();
  const [wanted, setWanted] = useState('');
  return (
    <>
      <PageHeader title={t('Roles')}>
        <Button asChild className="ml-auto">
          <Link to="/access-policies">{t('Access policies')}</Link>
        </Button>
      </PageHeader>
      <p className="max-w-prose text-sm text-quiet">
        {t(
          'For somebody of the role alone, in no group and without a grant. Walls, restriction and residency decide about each recording on top of it.',
        )}
      </p>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The roles could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-64 rounded-lg" />}
      {data !== undefined && (
        <>
          <div className="flex flex-wrap items-center gap-3 text-sm">
            <Input
              aria-label={t('Acts that contain')}
              placeholder={t('Find an act')}
              className="max-w-60"
              value={wanted}
              onChange={(event) => {
                setWanted(event.target.value);
              }}
            />
            <p className="text-quiet">
              {data.version === 0
                ? t('By the policies that everybody has.')
                : t('By version {{version}} of our policies, and those that everybody has.', {
                    version: data.version,
                  })}
            </p>
          </div>
          <RoleTable matrix={data} wanted={wanted.trim().toLowerCase()} />
        </>
      )}
    </>
  );
}
