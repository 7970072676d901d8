import { expect, test } from '@jest/globals';
import { RECORDING_WARNINGS } from '../siprec/warnings.ts';
import { CAPTURE_REMARKS } from './capture-remarks.ts';

test.each(Object.entries(CAPTURE_REMARKS))(
  '%s says what was seen and what to do, in sentences',
  (_code, item) => {
    for (const sentence of [item.text, item.remedy]) expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
  },
);

test('no sentence stands for two things', () => {
  const texts = [...Object.values(RECORDING_WARNINGS), ...Object.values(CAPTURE_REMARKS)].map(
    ({ text }) => text,
  );
  expect(new Set(texts).size).toBe(texts.length);
});
