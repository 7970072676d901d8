import { useState } from 'react';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { call, type CallOptions } from './client.ts';
import { IntentKeys } from './intent-keys.ts';

interface ActOptions {
  readonly method?: CallOptions['method'];
  /** The answer is shown at once as what this query reads. */
  readonly answers?: QueryKey;
}

/**
 * Sends a body to one place. The same body sent again acts once, also after an answer that did not come; afterwards
 * everything under these keys is read again. The answer may be a secret, so nothing but the screen that asked keeps it.
 */
export function useAct<Answer, Body extends object | undefined = object>(
  path: string,
  stale: readonly string[],
  { method = 'POST', answers }: ActOptions = {},
) {
  const client = useQueryClient();
  const [keys] = useState(() => new IntentKeys());
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Body) =>
      call<Answer>(path, {
        method,
        ...(body === undefined ? {} : { body }),
        idempotencyKey: keys.keyFor(JSON.stringify(body ?? null)),
      }),
    onSuccess: async (answer) => {
      keys.settle();
      if (answers !== undefined) client.setQueryData(answers, answer);
      await Promise.all(stale.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  });
}
