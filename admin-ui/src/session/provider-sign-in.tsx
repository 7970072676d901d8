import { useState } from 'react';
import { useLocation } from '@tanstack/react-router';
import { useFindProviders } from '../api/identity-providers.ts';
import type { OfferedProvider } from '../api/identity-providers.ts';
import { fieldError } from '../api/field-error.ts';
import { queryString } from '../api/client.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { pathAfterSignIn } from './sign-in-token.ts';

/**
 * Leads to the identity provider of an e-mail domain; to the only one at once. With `windowTo` in a window of its own, which ends
 * there, so that this page stays as it is.
 */
export function ProviderSignIn({ windowTo }: { readonly windowTo?: string }) {
  const [email, setEmail] = useState('');
  const find = useFindProviders();
  const next = useLocation({ select: (location) => (location.search as { next?: string }).next });
  const hrefOf = ({ provider }: OfferedProvider) =>
    `/auth/start${queryString({ provider, next: windowTo ?? pathAfterSignIn(next) })}`;
  const go = (item: OfferedProvider) => {
    if (windowTo === undefined) window.location.assign(hrefOf(item));
    else window.open(hrefOf(item), '_blank', 'popup,width=520,height=720');
  };
  const refused = fieldError(find.error, 'email') ?? (find.isError ? queryFault(find.error) : undefined);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (find.isPending) return;
        find.mutate(email, {
          onSuccess: ({ items }) => {
            const [only, ...more] = items;
            if (only !== undefined && more.length === 0) go(only);
          },
        });
      }}
    >
      <TextField
        label={t('Your e-mail address at work')}
        value={email}
        onValue={setEmail}
        maxLength={320}
        placeholder={'name@company.example'}
        error={refused}
      />
      {find.isError && refused === undefined && (
        <ProblemNotice error={find.error} title={t('Your identity provider could not be looked up')} />
      )}
      <Button tone="primary" type="submit" disabled={email.trim() === '' || find.isPending}>
        {t('Continue')}
      </Button>
      {find.isSuccess && (
        <Offered
          items={find.data.items}
          hrefOf={hrefOf}
          target={windowTo === undefined ? undefined : '_blank'}
        />
      )}
    </form>
  );
}

function Offered({
  items,
  hrefOf,
  target,
}: {
  readonly items: readonly OfferedProvider[];
  readonly hrefOf: (provider: OfferedProvider) => string;
  readonly target: '_blank' | undefined;
}) {
  if (items.length === 0)
    return (
      <p role="status" className="text-sm text-quiet">
        {t('No identity provider serves this domain here. Check the address, or sign in another way below.')}
      </p>
    );
  return (
    <ul role="status" className="grid gap-1.5 text-sm">
      {items.map((item) => (
        <li key={item.provider}>
          <a className="text-accent underline underline-offset-2" href={hrefOf(item)} target={target}>
            {item.name} ({item.tenant})
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The hub names the field as one of the query. */
function queryFault(error: Error): string | undefined {
  return 'field' in error && error.field === '/query/email' ? error.message : undefined;
}
