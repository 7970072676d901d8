import { explainRecording, type RecordingAnswer } from '../../../policy/explain-recording.ts';
import { measureEffect } from '../../../policy/measure-effect.ts';
import { rulesFor } from '../../../policy/what-if.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { simulateBody, simulation, type Simulation } from '../../schemas/policy.ts';
import { requireRecording } from '../recordings/recording-params.ts';

export const simulate = defineEndpoint({
  method: 'post',
  path: '/policy/simulate',
  summary:
    'What happens to a recording and why, and what would change if; without a recording, over a sample of all. Nothing is changed.',
  act: 'policy.read',
  body: simulateBody,
  response: simulation,
  async handle({ body: { recordingId, sample, ...asked }, tx, identity, services, now }) {
    const whatIf = { ...asked, at: asked.at ?? now.toISOString() };
    const { packs } = services;
    if (recordingId !== undefined) {
      const recording = await requireRecording(tx, recordingId);
      const found = await explainRecording(tx, packs, identity.tenantId, recording, whatIf);
      const { at, now: is, then, changed } = found;
      return { kind: 'recording' as const, at, now: present(is), then: present(then), changed };
    }
    const { inForce, asked: other } = await rulesFor(tx, packs, identity.tenantId, whatIf);
    const options = { at: whatIf.at, sample, whatIf };
    const effect = await measureEffect((work) => work(tx), inForce, other, options);
    return { kind: 'all' as const, ...effect };
  },
});

function present({
  decision,
  timeline,
  classes,
  places,
  ...rest
}: RecordingAnswer): Extract<Simulation, { kind: 'recording' }>['now'] {
  return {
    ...rest,
    classes: [...classes],
    places: [...places],
    decision: decision.decision,
    actions: [...decision.actions],
    retainUntil: decision.retainUntil,
    reasons: [...decision.reasons],
    timeline: timeline.map((step) => ({ ...step, actions: [...step.actions], reasons: [...step.reasons] })),
  };
}
