import { CopyButton } from './copy-button.tsx';

interface ShownOnceProps {
  /** What it is, as its heading. */
  readonly name: string;
  readonly value: string;
  /** For what is read out over the phone. */
  readonly large?: boolean;
}

/** A value that a person takes away now, whole and to be copied. */
export function ShownOnce({ name, value, large = false }: ShownOnceProps) {
  return (
    <div className="min-w-0">
      <div className="flex items-center">
        <h3 className="text-sm font-medium">{name}</h3>
        <span className="ml-auto">
          <CopyButton text={value} what={name.toLowerCase()} withText />
        </span>
      </div>
      <code
        data-testid={`secret-${name.toLowerCase()}`}
        className={`mt-1 block rounded-md bg-sunken p-3 font-mono break-all select-all ${large ? 'text-center text-lg tracking-wider' : 'text-xs'}`}
      >
        {value}
      </code>
    </div>
  );
}
