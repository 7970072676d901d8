import type { ConnectionSecrets } from '../api/connections.ts';
import { ShownOnce } from '../components/shown-once.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** The secrets of signed webhooks, this once. */
export function SecretsDialog({
  secrets,
  onClose,
}: {
  readonly secrets: ConnectionSecrets;
  readonly onClose: () => void;
}) {
  const { sendingSecret, receivingSecret, olderUntil, eventsUrl } = secrets;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('Copy the secrets now')}
      description={t('They are shown this once. Whoever has them can speak in our name, or to us in theirs.')}
    >
      <div className="grid gap-4 text-sm">
        {sendingSecret !== null && <ShownOnce name={t('Verifies what we send')} value={sendingSecret} />}
        {receivingSecret !== null && (
          <ShownOnce name={t('Signs what is sent to us')} value={receivingSecret} />
        )}
        {eventsUrl !== null && <ShownOnce name={t('Where events are sent to')} value={eventsUrl} />}
        {olderUntil !== null && (
          <p className="text-quiet">
            <Rich
              text="The secrets before these are of use until <at/>."
              parts={{ at: <Timestamp instant={olderUntil} exact /> }}
            />
          </p>
        )}
        <div className="flex justify-end">
          <Button tone="primary" onClick={onClose}>
            {t('I have copied them')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
