import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import type { ApprovalAbout } from '../../../hub/api/schemas/approval.ts';
import { Button } from '../components/ui/button.tsx';
import { ABOUT_WORDS } from './approval-words.ts';

/** The way to the thing that an approval is about. */
export function AboutLink({ about }: { readonly about: ApprovalAbout }) {
  return (
    <Button asChild size="small" data-testid="about">
      <Target about={about} />
    </Button>
  );
}

/** Each thing has its screen; the type of a route is its path, so each is written out. */
function Target({ about: { type, id }, ...rest }: { readonly about: ApprovalAbout }) {
  const content = (
    <>
      <ArrowUpRight aria-hidden /> {ABOUT_WORDS[type]}
    </>
  );
  const params = { id };
  switch (type) {
    case 'matter':
      return (
        <Link to="/matters/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'recording':
      return (
        <Link to="/recordings/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'disposal-run':
      return (
        <Link to="/disposals/runs/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'export':
      return (
        <Link to="/exports/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'incident':
      return (
        <Link to="/incidents/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'request':
      return (
        <Link to="/requests/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'grant':
      return (
        <Link to="/grants/$id" params={params} {...rest}>
          {content}
        </Link>
      );
    case 'access-policy':
      return (
        <Link to="/access-policies/$version" params={{ version: id }} {...rest}>
          {content}
        </Link>
      );
    case 'access-rules':
      return (
        <Link to="/access-alerts" {...rest}>
          {content}
        </Link>
      );
    case 'policy':
      return (
        <Link to="/policy" {...rest}>
          {content}
        </Link>
      );
  }
}
