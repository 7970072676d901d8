import { useState } from 'react';
import type { AccessPolicyDetail } from '../../../hub/api/schemas/access-policy.ts';
import { useAskPublishing } from '../api/access-policies.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Button } from '../components/ui/button.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

/** Asks a second person to publish a draft, or an older version again; nothing is offered for others. */
export function AskPublishing({ stored }: { readonly stored: AccessPolicyDetail | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const ask = useAskPublishing(stored?.version ?? 0);
  const toast = useToast();
  if (stored === undefined || stored.state === 'asked' || stored.state === 'published') return null;
  const again = stored.state === 'superseded';
  return (
    <>
      <Button
        tone="primary"
        onClick={() => {
          setOpen(true);
        }}
      >
        {again ? t('Publish again') : t('Ask for publishing')}
      </Button>
      {isOpen && (
        <ReasonDialog
          title={
            again
              ? t('Publish version {{version}} again', { version: stored.version })
              : t('Publish version {{version}}', { version: stored.version })
          }
          description={t(
            'Somebody else has to agree; neither you nor whoever made it can. Until then nothing changes.',
          )}
          act={t('Ask')}
          pending={ask.isPending}
          error={ask.error}
          onClose={() => {
            setOpen(false);
          }}
          tone="primary"
          testId="policy-reason-submit"
          failed={t('It was not done')}
          onReason={(reason) => {
            ask.mutate(
              { reason },
              {
                onSuccess: ({ version }) => {
                  setOpen(false);
                  toast({
                    title: t('Version {{version}} waits for a second person', { version }),
                    tone: 'good',
                  });
                },
              },
            );
          }}
        />
      )}
    </>
  );
}
