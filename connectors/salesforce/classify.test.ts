import { describe, expect, test } from '@jest/globals';
import { classifyAnswer, classifyFault } from './classify.ts';

const fault = (statusCode: string, message = 'Canary Quillfeather', fields: string[] = []) =>
  classifyFault({ statusCode, message, fields });

describe('what Salesforce refuses', () => {
  test.each([
    ['UNABLE_TO_LOCK_ROW', 'transient', 'record', 'after'],
    ['STORAGE_LIMIT_EXCEEDED', 'quota', 'connection', 'after'],
    ['REQUEST_LIMIT_EXCEEDED', 'quota', 'connection', 'after'],
    ['INVALID_CROSS_REFERENCE_KEY', 'conflict', 'record', 'after'],
    ['DUPLICATE_VALUE', 'transient', 'record', 'after'],
    ['INVALID_FIELD', 'invalid_record', 'record', 'never'],
    ['INSUFFICIENT_ACCESS_OR_READONLY', 'permission', 'record', 'never'],
    ['STRING_TOO_LONG', 'invalid_record', 'record', 'never'],
    ['a code of nobody', 'invalid_record', 'record', 'never'],
    ['UNKNOWN_EXCEPTION', 'transient', 'record', 'after'],
    ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'permission', 'record', 'never'],
    ['INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'transient', 'connection', 'after'],
    ['API_CURRENTLY_DISABLED', 'transient', 'connection', 'after'],
    ['DUPLICATES_DETECTED', 'invalid_record', 'record', 'never'],
  ])('of one record: %s', (code, errorClass, scope, retry) => {
    expect(fault(code)).toMatchObject({ class: errorClass, scope, retry });
  });

  test('names the fields and keeps nothing of the message', () => {
    const error = fault('STRING_TOO_LONG', 'Canary Quillfeather', ['Region__c', 'not a field']);
    expect(error.title).toBe('Salesforce refused the record at Region__c.');
    expect(JSON.stringify(error)).not.toContain('Canary');
    expect(fault('Canary Quillfeather')).not.toHaveProperty('remote');
    expect(error.field).toBe('Region__c');
    expect(fault('INVALID_FIELD', 'No such column', ['Region__c'])).toMatchObject({ field: 'Region__c' });
    expect(fault('INSUFFICIENT_ACCESS_OR_READONLY', '', ['A__c', 'B__c'])).not.toHaveProperty('field');
    expect(classifyFault(undefined).class).toBe('invalid_record');
  });

  test('of a request speaks for the batch or for the connection, and waits as long as the longer word says', () => {
    const of = (status: number, code: string, headers = {}) =>
      classifyAnswer({ status, headers }, { effect: 'write', nowMs: 0, code });
    expect(of(400, 'UNABLE_TO_LOCK_ROW')).toMatchObject({ class: 'transient', scope: 'batch' });
    expect(of(400, 'INVALID_TYPE')).toMatchObject({ class: 'config', scope: 'connection' });
    expect(of(403, 'REQUEST_LIMIT_EXCEEDED')).toMatchObject({ class: 'quota', afterMs: 900_000 });
    expect(of(403, 'REQUEST_LIMIT_EXCEEDED', { 'retry-after': '3600' }).afterMs).toBe(3_600_000);
    expect(of(401, 'INVALID_SESSION_ID')).toMatchObject({ class: 'auth' });
    expect(of(500, 'UNKNOWN_EXCEPTION')).toMatchObject({ class: 'unknown_outcome' });
    expect(of(500, 'UNABLE_TO_LOCK_ROW')).toMatchObject({ class: 'unknown_outcome' });
    expect(of(404, 'UNSUPPORTED_API_VERSION')).toMatchObject({ class: 'config', scope: 'connection' });
  });

  test('is read by its message where one code stands for several things', () => {
    const asked = (message: string) =>
      classifyAnswer(
        { status: 403, headers: {} },
        { effect: 'write', nowMs: 0, code: 'REQUEST_LIMIT_EXCEEDED', message },
      );
    expect(asked('TotalRequests Limit exceeded.')).toMatchObject({ class: 'quota' });
    for (const message of [
      'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
      'ConcurrentPerOrgLongTxn',
    ])
      expect(asked(message)).toMatchObject({ class: 'throttled', scope: 'connection', afterMs: 10_000 });
    const locked =
      'AcmeTrigger: execution of AfterInsert caused by: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access';
    expect(fault('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', locked)).toMatchObject({
      class: 'transient',
      scope: 'record',
    });
    expect(fault('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'AcmeTrigger: no')).toMatchObject({
      class: 'invalid_record',
    });
  });

  test('is of the connection where a field of the package is gone, and of the record where one of the mapping is', () => {
    const lost = (name: string) =>
      fault('INVALID_FIELD', `No such column '${name}' on sobject of type Holdfast_Recording__c`);
    for (const name of ['Revision__c', 'Contact__c', 'Holdfast_Revision__c', 'Holdfast_Recording__r'])
      expect(lost(name)).toMatchObject({ class: 'config', scope: 'connection' });
    expect(lost('Region__c')).toMatchObject({ class: 'invalid_record', scope: 'record' });
  });
});
