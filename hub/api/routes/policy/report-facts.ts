import { classifyRecording, reportTrigger } from '../../../policy/report-facts.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { classifyBody, recomputedDate, reportTriggerBody } from '../../schemas/policy.ts';
import { recordingParams } from '../recordings/recording-params.ts';

const trigger = defineEndpoint({
  method: 'post',
  path: '/recordings/:id/triggers',
  summary: 'Reports that an event happened from which periods of a recording run; its date is computed anew.',
  act: 'policy.manage',
  params: recordingParams,
  body: reportTriggerBody,
  response: recomputedDate,
  handle({ params: { id }, body, tx, identity, services, now }) {
    const asking = { ...askingOf({ identity, services, now }), packs: services.packs };
    return reportTrigger(tx, asking, { recordingId: id, ...body });
  },
});

const classes = defineEndpoint({
  method: 'post',
  path: '/recordings/:id/classes',
  summary: 'Adds classes to a recording; none is ever taken away. Its date is computed anew.',
  act: 'policy.manage',
  params: recordingParams,
  body: classifyBody,
  response: recomputedDate,
  handle({ params: { id }, body: { classes: names }, tx, identity, services, now }) {
    const asking = { ...askingOf({ identity, services, now }), packs: services.packs };
    return classifyRecording(tx, asking, { recordingId: id, classes: names });
  },
});

/** What people report of a recording. */
export const reportFacts = [trigger, classes];
