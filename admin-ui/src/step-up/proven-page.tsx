import { CircleCheck } from 'lucide-react';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';

/** Where a window ends that proved its person's presence at an identity provider. */
export function ProvenPage() {
  return (
    <>
      <PageHeader title="Your presence is proven" />
      <EmptyState icon={<CircleCheck />} title="You have proven that it is you">
        Close this window and go on in the other one.
      </EmptyState>
    </>
  );
}
