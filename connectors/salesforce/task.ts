/** The completed task that shows a recording among the activities of whom it is about. */
import type { Planned } from '../kit/outcome.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { EXTERNAL_ID, type FieldRow } from './recording-object.ts';

/** The lookup of a task to its recording; a task cannot be made for a recording that is gone. */
export const TASK_RECORDING = 'Holdfast_Recording__c';

/** The same lookup where it is given by the recording's external id. */
export const TASK_RECORDING_RELATION = 'Holdfast_Recording__r';

/** Fields of a task that the connector writes; those ending in `__c` are in the package. */
export const TASK_FIELDS = [EXTERNAL_ID, 'Holdfast_Revision__c', TASK_RECORDING] as const;

/** The row of one task, without its reference to the recording, which JSON and CSV write differently. */
export function taskRow({ record, basis }: Planned<RecordingDocument>): FieldRow {
  const [contact, lead] = [basis?.['contact'], basis?.['lead']];
  const who = contact ?? lead;
  // Salesforce refuses a task that is about a lead and about something else.
  const what = lead === undefined ? (basis?.['case'] ?? basis?.['account']) : undefined;
  return {
    [EXTERNAL_ID]: record.id,
    Holdfast_Revision__c: record.revision,
    Subject: 'Recorded call',
    Status: 'Completed',
    ActivityDate: record.startedAt.slice(0, 10),
    CallDurationInSeconds: Math.round(record.durationMs / 1000),
    CallObject: record.callId === null ? null : record.callId.slice(0, 255).toWellFormed(),
    Description: record.link,
    ...(who === undefined ? {} : { WhoId: who }),
    ...(what === undefined ? {} : { WhatId: what }),
  };
}
