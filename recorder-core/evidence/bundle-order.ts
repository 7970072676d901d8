import type { SpeechDecoder } from '../media/codecs/speech-decoder.ts';
import type { PartAccess } from '../records/open-part.ts';

/** Someone who asked for an export or approved it, as the bundle names them. */
export interface BundlePerson {
  readonly id: string;
  readonly name: string;
}

/** What is exported, for whom, why, and by whose decision. Checked before: the writer decides nothing. */
export interface BundleOrder {
  /** Of the export, a UUID; also the id of the bundle. */
  readonly id: string;
  readonly tenantId: string;
  /** In the order in which the bundle lists them; each once. */
  readonly recordingIds: readonly string[];
  /** Labels of the lines to give, of recordings that are given in part alone; the others are given whole. */
  readonly lines?: ReadonlyMap<string, readonly string[]>;
  readonly purpose: string;
  readonly matter: string | null;
  readonly recipient: {
    readonly name: string;
    /** 1 to 64 letters, digits, `-`, `.`, `:` and `_` that stand for this recipient and this export, on every page and in every sound file. */
    readonly watermark: string;
  };
  readonly requestedBy: BundlePerson;
  /** The second person, where the export needed one. */
  readonly approvedBy: BundlePerson | null;
  /** When the bundle is made. */
  readonly at: Date;
}

/** A signed head of a tenant's log, with the time stamp over it where an authority gave one. */
export interface BundleCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  /** C2SP checkpoint: signed by the log and by the witnesses that cosigned. */
  readonly note: string;
  /** DER, TimeStampResp of RFC 3161 over the SHA-256 of the note's signed text. */
  readonly timestamp: Buffer | null;
}

/** What making a bundle works with. */
export interface BundleAccess extends PartAccess {
  /** Answers a checkpoint over every leaf that was committed before the call, sequencing them first. */
  readonly checkpoint: (tenantId: string) => Promise<BundleCheckpoint>;
  /** Plays AMR, AMR-WB and G.729; left out, they are not played. */
  readonly speech?: SpeechDecoder | undefined;
  readonly now: () => Date;
  /** Name and version of the product, such as `holdfast 0.1.0`. */
  readonly software: string;
  /** At least 16 secret bytes, the same as long as exports shall be recognised by the mark in their sound. */
  readonly markKey: Buffer;
}

/** A bundle whose last byte was taken and whose seal stands in the log. */
export interface SealedBundle {
  readonly manifestSha256: string;
  /** Files and recordings as the seal states them: entries that the manifest lists. */
  readonly files: number;
  readonly recordings: number;
  readonly bytes: number;
  /** Index of the leaf `export.sealed`. */
  readonly sealIndex: number;
}
