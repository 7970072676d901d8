import { cn } from './cn.ts';
import { exactLocalTime, localTime, utcTime } from '../format/time.ts';

interface TimestampProps {
  readonly instant: string;
  /** Shows seconds. */
  readonly exact?: boolean;
  readonly className?: string;
}

/** An instant in the reader's own time; UTC on hover. */
export function Timestamp({ instant, exact = false, className }: TimestampProps) {
  return (
    <time dateTime={instant} title={utcTime(instant)} className={cn('tabular-nums', className)}>
      {exact ? exactLocalTime(instant) : localTime(instant)}
    </time>
  );
}
