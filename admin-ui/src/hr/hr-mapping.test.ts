import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { expressionAt, messageOf, withExpression } from './hr-mapping.ts';
import { HR_TEMPLATES } from './hr-templates.ts';

const { mapping } = HR_TEMPLATES[0];

test('an expression is set, and an empty one is left out', () => {
  const set = withExpression(mapping, 'place/manager', 'record.m');
  expect(expressionAt(set, 'place/manager')).toBe('record.m');
  expect(withExpression(set, 'place/manager', '').place).not.toHaveProperty('manager');
  expect(withExpression(mapping, 'records', '')).not.toHaveProperty('records');
  expect(withExpression(mapping, 'person', '').person).toBe('');
});

test('a sample is JSON, or says why not', () => {
  expect(messageOf('{"a": 1}')).toEqual({ message: { a: 1 } });
  expect(messageOf('{')).toHaveProperty('wrong');
});

test.each(HR_TEMPLATES.map(({ id, mapping: own }) => [id, own] as const))(
  'the template %s is the example of the manual',
  (id, own) => {
    const example = parse(readFileSync(`examples/hr-events/${id}.yaml`, 'utf8')) as object;
    expect(own).toEqual(example);
  },
);
