import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  barHeights,
  barPath,
  barsThatFit,
  drawingGain,
  playedShare,
  rulerMarks,
  secondsAt,
} from './waveform-geometry.ts';

const peaks = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 2, maxLength: 400 });

describe('waveform geometry', () => {
  test('A bar shows the greatest swing of its step.', () => {
    expect(barHeights([-64, 10, 0, 32, -128, 127, 0, 0], 2)).toEqual([0.5, 1]);
  });

  test('The loudest moment of both voices fills the lane, and their proportion stays.', () => {
    const gain = drawingGain([
      [-32, 16],
      [-8, 64],
    ]);
    expect(gain).toBe(2);
    expect(barHeights([-32, 16], 1, gain)).toEqual([0.5]);
    expect(barHeights([-8, 64], 1, gain)).toEqual([1]);
  });

  test('Silence and noise are not enlarged without measure.', () => {
    expect(drawingGain([[0, 0], []])).toBe(1);
    expect(drawingGain([[-1, 1]])).toBe(8);
  });

  test('No peaks give no bars.', () => {
    expect(barHeights([], 10)).toEqual([]);
    expect(barPath([], 40)).toBe('');
  });

  test('There are as many bars as asked for, each between silence and full scale.', () => {
    fc.assert(
      fc.property(peaks, fc.integer({ min: 1, max: 300 }), (values, bars) => {
        const heights = barHeights(values, bars);
        expect(heights).toHaveLength(bars);
        expect(heights.every((height) => height >= 0 && height <= 1)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('No loud moment is lost, however few the bars.', () => {
    fc.assert(
      fc.property(peaks, fc.integer({ min: 1, max: 50 }), (values, bars) => {
        const even = values.slice(0, values.length - (values.length % 2));
        const loudest = Math.max(...even.map(Math.abs)) / 128;
        expect(Math.max(...barHeights(even, bars))).toBeCloseTo(loudest, 10);
      }),
      { numRuns: 200 },
    );
  });

  test('Silence is drawn as a thin line, in the middle of the box.', () => {
    expect(barPath([0, 1], 100)).toBe('M0.5 48.59V51.41M1.5 3V97');
  });

  test('At least one bar fits.', () => {
    expect(barsThatFit(0, 3)).toBe(1);
    expect(barsThatFit(301, 3)).toBe(100);
  });

  test('A place on the stage is a moment of the recording, and places outside are its ends.', () => {
    expect(secondsAt(150, 100, 200, 60)).toBe(15);
    expect(secondsAt(20, 100, 200, 60)).toBe(0);
    expect(secondsAt(900, 100, 200, 60)).toBe(60);
    expect(secondsAt(10, 0, 0, 60)).toBe(0);
  });

  test('The played share stays between nothing and all.', () => {
    expect(playedShare(15, 60)).toBe(0.25);
    expect(playedShare(61, 60)).toBe(1);
    expect(playedShare(5, 0)).toBe(0);
  });

  test('The ruler has round steps and not more marks than fit.', () => {
    expect(rulerMarks(14, 8)).toEqual([0, 2, 4, 6, 8, 10, 12]);
    expect(rulerMarks(0, 8)).toEqual([]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 20 }), (duration, most) => {
        const marks = rulerMarks(duration, most);
        expect(marks.length).toBeLessThanOrEqual(most);
        expect(marks.every((mark) => mark < duration)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
