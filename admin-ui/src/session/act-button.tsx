import type { ComponentProps } from 'react';
import { useSession } from '../api/session.ts';
import { Button } from '../components/ui/button.tsx';
import { Tooltip } from '../components/ui/tooltip.tsx';
import { refusal, useMay } from './use-may.ts';
import type { ConsoleAct } from './use-may.ts';

type ActButtonProps = ComponentProps<typeof Button> & { readonly act: ConsoleAct };

/** A button for an act of the session: without that act it stays visible, does nothing and says why. */
export function ActButton({ act, onClick, ...rest }: ActButtonProps) {
  const may = useMay(act);
  const { user } = useSession();
  if (may) return <Button onClick={onClick} {...rest} />;
  return (
    <Tooltip text={refusal(user.role, act)}>
      <Button aria-disabled="true" {...rest} />
    </Tooltip>
  );
}
