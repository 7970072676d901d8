import type { ClientForm } from '../../dialects/client-form.ts';
import type { OfferForm } from '../call-options.ts';

/** Which request says what. */
export interface OfferPlan {
  readonly form: ClientForm;
  readonly inviteSdp: boolean;
  readonly inviteMetadata: boolean;
  /** In the ACK, beside the SDP that answers a delayed offer. */
  readonly ackMetadata: boolean;
  /** In an UPDATE of its own right after the answer. */
  readonly laterMetadata: boolean;
  /** False for sources that never send any. */
  readonly hasMetadata: boolean;
}

/** The plan of a call: what the dialect fixes goes before what was asked for. */
export function planOffer(form: ClientForm, offer: OfferForm = 'both'): OfferPlan {
  const fixed = form.body ?? 'multipart';
  const delayed = fixed === 'delayed' || (fixed === 'multipart' && offer === 'delayed');
  const hasMetadata = fixed === 'multipart' && offer !== 'sdp';
  const later = hasMetadata && offer === 'metadata-later';
  const inInvite = hasMetadata && !delayed && !later;
  return {
    form: offer === 'metadata-first' ? { ...form, metadataFirst: true } : form,
    inviteSdp: !delayed,
    inviteMetadata: inInvite,
    ackMetadata: hasMetadata && delayed,
    laterMetadata: later || (inInvite && form.openingMetadata !== undefined),
    hasMetadata,
  };
}
