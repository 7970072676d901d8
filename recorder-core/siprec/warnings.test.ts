import { expect, test } from '@jest/globals';
import { RECORDING_WARNINGS, warning } from './warnings.ts';

test.each(Object.entries(RECORDING_WARNINGS))(
  '%s says what was seen and what to do, in sentences',
  (code, item) => {
    for (const sentence of [item.text, item.remedy]) expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
    expect(warning(code as keyof typeof RECORDING_WARNINGS)).toEqual({ code, message: item.text });
  },
);
