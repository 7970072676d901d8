/** What each payload type of a stream means, worked out once per negotiation instead of once per packet. */
import type { CodecDescription } from './codec-description.ts';
import { codecRole, describePayloadType } from './codec-description.ts';

export type CodecRole = ReturnType<typeof codecRole>;

/** One payload type as the packets of a stream use it. */
export interface PayloadType {
  /** `undefined` for a number that was neither negotiated nor is static; its packets are kept all the same. */
  readonly codec: CodecDescription | undefined;
  readonly role: CodecRole;
  /** RTP clock in Hz; 8000 where the codec is unknown, as nearly all of telephony has it. */
  readonly clockRate: number;
  /** False for a number that the offer and answer did not name. */
  readonly negotiated: boolean;
}

/** An immutable table of the 128 payload types; make a new one when the negotiation changes. */
export class PayloadTypes {
  readonly #negotiated: readonly CodecDescription[];
  readonly #known: (PayloadType | undefined)[] = [];

  constructor(negotiated: readonly CodecDescription[]) {
    this.#negotiated = negotiated;
  }

  /** `payloadType` is the 7-bit number of a packet. The same object for the same number. */
  of(payloadType: number): PayloadType {
    return this.#known[payloadType] ?? this.#read(payloadType);
  }

  #read(payloadType: number): PayloadType {
    const codec = describePayloadType(payloadType, this.#negotiated);
    const type: PayloadType = {
      codec,
      role: codecRole(codec),
      clockRate: codec?.clockRate ?? 8000,
      negotiated: this.#negotiated.some((entry) => entry.payloadType === payloadType),
    };
    this.#known[payloadType] = type;
    return type;
  }
}
