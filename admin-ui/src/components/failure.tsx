import { Sentence } from './sentence.tsx';

interface FailureProps {
  readonly title: string;
  /** What a person can do about it; null where nobody knows. */
  readonly fix: string | null;
  readonly className?: string;
}

/**
 * What failed and, on a line of its own, what to do about it. Each is looked up in the language of the page by itself, for the first is
 * often in the words of another system and the second is ours.
 */
export function Failure({ title, fix, className }: FailureProps) {
  return (
    <span className="grid min-w-0 gap-0.5 wrap-anywhere">
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
