import { context, propagation, trace, type Span } from '@opentelemetry/api';

/** One span a call, from its acceptance to its end; the lifecycle takes up its context through the outbox. */
export class CallTraces {
  readonly #spans = new Map<string, Span>();

  begin(recordingId: string): void {
    const span = trace
      .getTracer('holdfast')
      .startSpan('call', { attributes: { 'holdfast.recording_id': recordingId } });
    this.#spans.set(recordingId, span);
  }

  /** Ends the span and answers its context as W3C headers; empty for a call that was never begun here. */
  end(recordingId: string): Record<string, string> {
    const span = this.#spans.get(recordingId);
    if (span === undefined) return {};
    this.#spans.delete(recordingId);
    span.end();
    const carrier: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), span), carrier);
    return carrier;
  }
}
