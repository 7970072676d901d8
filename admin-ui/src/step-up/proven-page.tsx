import { CircleCheck } from 'lucide-react';
import { EmptyState } from '../components/empty-state.tsx';

/** Where a window ends that proved its person's presence at an identity provider. */
export function ProvenPage() {
  return (
    <EmptyState icon={<CircleCheck />} title="You have proven that it is you">
      Close this window and go on in the other one.
    </EmptyState>
  );
}
