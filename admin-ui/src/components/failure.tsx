import { Sentence } from './sentence.tsx';

interface FailureProps {
  readonly title: string;
  /** What a person can do about it; null where nobody knows. */
  readonly fix: string | null;
  /** Of what failed. */
  readonly className?: string;
}

/**
 * What failed and, on a line of its own, what to do about it, across the whole width. Each is looked up in the language
 * of the page by itself: of many failures only what to do has a translation.
 */
export function Failure({ title, fix, className }: FailureProps) {
  return (
    <span className="grid w-full min-w-0 gap-0.5 wrap-anywhere">
      <span className={className}>
        <Sentence text={title} />
      </span>
      {fix !== null && (
        <span>
          <Sentence text={fix} />
        </span>
      )}
    </span>
  );
}
