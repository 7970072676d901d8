import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { faultsInWords } from './form-faults.ts';

/** What is wrong with a form, as far as it is to be said. */
export interface FormCheck {
  /** By field; empty while the checks are not there, because the hub checks everything as well. */
  readonly faults: Readonly<Record<string, string>>;
  /** Whether everything is said, also of fields that nobody has left yet. */
  readonly asked: boolean;
  /** To be called before sending: false, and everything is said, where the form cannot be sent. */
  readonly ask: () => boolean;
}

/** Checks the values of a form by the check that was compiled for it: `id@version` of a connector, or `credential/kind`. */
export function useFormCheck(name: string, schema: object, values: object): FormCheck {
  const [asked, setAsked] = useState(false);
  const { data: checks } = useQuery({
    queryKey: ['form-checks'],
    queryFn: async () => (await import('virtual:connector-checks')).checks,
    staleTime: Infinity,
    structuralSharing: false,
  });
  const check = checks?.[name];
  const faults = check === undefined || check(values) ? {} : faultsInWords(schema, check.errors ?? []);
  return {
    faults,
    asked,
    ask: () => {
      setAsked(true);
      return Object.keys(faults).length === 0;
    },
  };
}
