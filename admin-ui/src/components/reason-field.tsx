import { TextField } from './ui/field.tsx';
import { t } from '../i18n/t.ts';

interface ReasonFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** What is asked for; a reason, where nothing is said. */
  readonly label?: string;
  /** Who reads it, and what helps them. */
  readonly hint?: string;
  readonly error?: string | undefined;
  /** How many characters the hub takes. */
  readonly longest?: number;
  readonly rows?: number;
  readonly required?: boolean;
}

/** Why somebody does what they are about to do, for those who judge it later. */
export function ReasonField({
  label = t('Reason'),
  hint = t('Read by auditors.'),
  longest = 500,
  rows = 3,
  required = true,
  ...rest
}: ReasonFieldProps) {
  return (
    <TextField label={label} hint={hint} maxLength={longest} rows={rows} required={required} {...rest} />
  );
}
