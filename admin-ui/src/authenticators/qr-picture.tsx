import { qrCodeOf } from './qr-code.ts';

interface QrPictureProps {
  readonly text: string;
  /** What it is, for those who do not see it. */
  readonly name: string;
}

/** A text as a code for a camera: dark on light in every colour scheme, as cameras want it. */
export function QrPicture({ text, name }: QrPictureProps) {
  const { size, path } = qrCodeOf(text);
  return (
    <svg
      role="img"
      aria-label={name}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 shrink-0 rounded-md border border-line"
      data-testid="qr-code"
    >
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
