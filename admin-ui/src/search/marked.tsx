/** A text with pieces of it marked, as the hub found them. */
export function Marked({
  text,
  marks,
}: {
  readonly text: string;
  readonly marks: readonly (readonly [number, number])[];
}) {
  const pieces = marks.map(([from, to], index) => {
    const before = text.slice(marks[index - 1]?.[1] ?? 0, from);
    return (
      <span key={from}>
        {before}
        <mark className="rounded-sm bg-warn-soft px-0.5 text-ink">{text.slice(from, to)}</mark>
      </span>
    );
  });
  return (
    <span className="break-words">
      {pieces}
      {text.slice(marks.at(-1)?.[1] ?? 0)}
    </span>
  );
}
