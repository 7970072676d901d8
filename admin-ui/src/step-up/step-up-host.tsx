import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { stepUpQuery } from '../api/authenticators.ts';
import { proofDesk } from '../api/proof-desk.ts';
import { ProofDialog } from './proof-dialog.tsx';

/** Stands by for calls that want a fresh proof of presence: asks in a dialog, over whatever is open, and lets them go on. */
export function StepUpHost() {
  const [answer, setAnswer] = useState<{ readonly tell: (given: boolean) => void }>();
  const client = useQueryClient();
  useEffect(
    () =>
      proofDesk.register(async () => {
        await client.invalidateQueries(stepUpQuery);
        return new Promise<boolean>((resolve) => {
          setAnswer({ tell: resolve });
        });
      }),
    [client],
  );
  if (answer === undefined) return null;
  return (
    <ProofDialog
      onDone={(given) => {
        setAnswer(undefined);
        answer.tell(given);
      }}
    />
  );
}
