import { expect, test } from '@jest/globals';
import { classifyItem } from './classify-item.ts';

test.each([
  [403, 'security_exception', 'permission', 'connection'],
  [403, 'cluster_block_exception', 'config', 'connection'],
  [429, 'cluster_block_exception', 'quota', 'connection'],
  [503, 'cluster_block_exception', 'transient', 'batch'],
  [404, 'index_not_found_exception', 'config', 'connection'],
  [400, 'index_closed_exception', 'config', 'connection'],
  [429, 'es_rejected_execution_exception', 'throttled', 'batch'],
  [400, 'document_parsing_exception', 'invalid_record', 'record'],
  [409, 'version_conflict_engine_exception', 'conflict', 'record'],
])('an item that is answered %i %s is %s of the %s', (status, type, errorClass, scope) => {
  expect(classifyItem({ status, error: { type } }, 0)).toMatchObject({
    class: errorClass,
    scope,
    remote: { status, code: type },
  });
});
