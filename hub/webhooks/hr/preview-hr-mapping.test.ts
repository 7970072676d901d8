import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { previewHrMapping } from './preview-hr-mapping.ts';

const mapping = async () =>
  parse(await readFile('examples/hr-events/bamboohr.yaml', 'utf8')) as Record<string, unknown>;
const employee = (action: string) => ({
  id: '7',
  action,
  fields: { firstName: { value: 'Hanna' }, lastName: { value: 'Example' }, department: { value: 'Legal' } },
});

test('a sample message is read change by change, and what fits no operation says so', async () => {
  const read = previewHrMapping(await mapping(), { employees: [employee('Created'), employee('Archived')] });
  expect(read).toMatchObject({
    changes: [
      { read: { operation: 'hire', person: '7', name: 'Hanna Example', department: 'Legal' } },
      { error: expect.stringContaining('No operation of the mapping fits') },
    ],
  });
});

test('a mapping that cannot be used says where, and a message without changes says so', async () => {
  const good = await mapping();
  expect(previewHrMapping({ ...good, person: 'record.id +' }, {})).toMatchObject({
    fault: { field: '/mapping/person', at: expect.any(Number) },
  });
  expect(previewHrMapping(good, { employees: [] })).toMatchObject({ fault: { field: '/records', at: null } });
});
