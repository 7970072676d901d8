import type { ConnectionSecrets } from '../api/connections.ts';
import { ShownOnce } from '../components/shown-once.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';

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
      title="Copy the secrets now"
      description="They are shown this once. Whoever has them can speak in our name, or to us in theirs."
    >
      <div className="grid gap-4 text-sm">
        {sendingSecret !== null && <ShownOnce name="Verifies what we send" value={sendingSecret} />}
        {receivingSecret !== null && <ShownOnce name="Signs what is sent to us" value={receivingSecret} />}
        {eventsUrl !== null && <ShownOnce name="Where events are sent to" value={eventsUrl} />}
        {olderUntil !== null && (
          <p className="text-quiet">
            The secrets before these are of use until <Timestamp instant={olderUntil} exact />.
          </p>
        )}
        <div className="flex justify-end">
          <Button tone="primary" onClick={onClose}>
            I have copied them
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
