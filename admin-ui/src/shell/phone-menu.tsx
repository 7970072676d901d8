import { useState } from 'react';
import { Menu } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { t } from '../i18n/t.ts';
import { Navigation } from './navigation.tsx';

/** All screens behind one button, for a phone. */
export function PhoneMenu() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        tone="quiet"
        size="icon"
        aria-label={t('Menu')}
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        <Menu />
      </Button>
      {open && (
        <Dialog open onOpenChange={setOpen} title={t('Menu')} description={t('All screens of the console.')}>
          <Navigation
            onLeave={() => {
              setOpen(false);
            }}
          />
        </Dialog>
      )}
    </>
  );
}
