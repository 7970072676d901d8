import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  agendaAt,
  clockStateAt,
  closeRule,
  missingToClose,
  type AgendaClock,
  type AgendaIncident,
} from './incident-agenda.ts';
import { DEFAULT_LEVELS } from './incident-levels.ts';
import { INCIDENT_STATES, incidentStateAfter, SEVERITIES } from './incident-state.ts';

const HOUR = 3_600_000;
const clock = (more: Partial<AgendaClock> = {}): AgendaClock => ({
  id: 'c1',
  startedAtMs: 0,
  dueAtMs: 100 * HOUR,
  answeredAtMs: null,
  endedAtMs: null,
  reminders: 0,
  missed: false,
  ...more,
});
const incident = ({ severity = 'high', ...more }: Partial<AgendaIncident> = {}): AgendaIncident => ({
  state: 'open',
  severity,
  levels: DEFAULT_LEVELS[severity],
  detectedAtMs: 0,
  openedAtMs: 0,
  acknowledged: false,
  escalation: 0,
  classified: true,
  assumed: false,
  resolvedAtMs: null,
  closeReminders: 0,
  clocks: [],
  ...more,
});

describe('time', () => {
  test('calls the next level until somebody acknowledges', () => {
    expect(agendaAt(incident(), 0)).toMatchObject({ escalation: 1, nextAtMs: HOUR });
    expect(agendaAt(incident({ escalation: 1 }), 5 * HOUR)).toMatchObject({ escalation: 3, nextAtMs: null });
    expect(agendaAt(incident({ acknowledged: true, escalation: 1 }), 5 * HOUR)).toMatchObject({
      escalation: 1,
    });
  });

  test('calls by the levels of the tenant, also where they were changed meanwhile', () => {
    const only = { roles: ['auditor'], people: [], connections: [] } as const;
    const levels = [
      { afterMinutes: 30, ...only },
      { afterMinutes: 90, ...only },
    ];
    expect(agendaAt(incident({ levels }), 0)).toMatchObject({ escalation: 0, nextAtMs: HOUR / 2 });
    expect(agendaAt(incident({ levels }), HOUR)).toMatchObject({ escalation: 1, nextAtMs: 1.5 * HOUR });
    expect(agendaAt(incident({ levels, escalation: 3 }), HOUR)).toMatchObject({ escalation: 3 });
  });

  test('takes what nobody classified as the worst', () => {
    const open = incident({ classified: false, acknowledged: true });
    expect(agendaAt(open, 4 * HOUR - 1)).toMatchObject({ assumeStrictest: false, nextAtMs: 4 * HOUR });
    expect(agendaAt(open, 4 * HOUR)).toMatchObject({ assumeStrictest: true });
    expect(agendaAt({ ...open, assumed: true }, 9 * HOUR)).toMatchObject({ assumeStrictest: false });
  });

  test('reminds of each clock by itself, and notes each once that is over', () => {
    const clocks = [clock(), clock({ id: 'c2', dueAtMs: 10 * HOUR }), clock({ id: 'c3', answeredAtMs: 1 })];
    const at = agendaAt(incident({ acknowledged: true, clocks }), 76 * HOUR);
    expect(at).toMatchObject({
      reminders: [{ clockId: 'c1', reminders: 2 }],
      missed: ['c2'],
      nextAtMs: 90 * HOUR,
    });
    const noted = [clock({ reminders: 2 }), clock({ id: 'c2', dueAtMs: 10 * HOUR, missed: true })];
    expect(agendaAt(incident({ acknowledged: true, clocks: noted }), 76 * HOUR)).toMatchObject({
      reminders: [],
      missed: [],
    });
  });

  test('brings to mind what is resolved and not closed', () => {
    const resolved = incident({ state: 'resolved', resolvedAtMs: 0 });
    expect(agendaAt(resolved, 8 * 24 * HOUR)).toMatchObject({ closeReminders: 1, nextAtMs: 14 * 24 * HOUR });
  });

  test('never has the next look in the past, and does the same in one long look as in many short ones', () => {
    const clocks = fc.array(
      fc.record({ start: fc.integer({ min: 0, max: 100 }), length: fc.integer({ min: 1, max: 500 }) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...SEVERITIES), clocks, fc.boolean(), (severity, times, classified) => {
        const made = times.map(({ start, length }, n) =>
          clock({ id: `c${n}`, startedAtMs: start * HOUR, dueAtMs: (start + length) * HOUR }),
        );
        const end = 2000 * HOUR;
        const atOnce = apply(incident({ severity, classified, clocks: made }), end);
        let stepped = incident({ severity, classified, clocks: made });
        for (let now = 0; now < end;) {
          const { nextAtMs } = agendaAt(stepped, now);
          expect(nextAtMs === null || nextAtMs > now).toBe(true);
          stepped = apply(stepped, now);
          now = nextAtMs ?? end;
        }
        const facts = ({ escalation, assumed, clocks: all }: AgendaIncident) => ({
          escalation,
          assumed,
          missed: all.map(({ missed }) => missed),
        });
        expect(facts(apply(stepped, end))).toEqual(facts(atOnce));
      }),
    );
  });
});

/** What an activity does with an agenda. */
function apply(before: AgendaIncident, nowMs: number): AgendaIncident {
  const agenda = agendaAt(before, nowMs);
  return {
    ...before,
    escalation: agenda.escalation,
    assumed: before.assumed || agenda.assumeStrictest,
    clocks: before.clocks.map((one) => ({
      ...one,
      reminders: agenda.reminders.find(({ clockId }) => clockId === one.id)?.reminders ?? one.reminders,
      missed: one.missed || agenda.missed.includes(one.id),
    })),
  };
}

describe('closing', () => {
  test('asks for everything that is missing', () => {
    expect(
      missingToClose({ ...incident({ classified: false, clocks: [clock()] }), postMortem: false }),
    ).toEqual([
      { rule: 'incident/unclassified' },
      { rule: 'incident/unresolved' },
      { rule: 'incident/clock', clockId: 'c1' },
      { rule: 'incident/post-mortem' },
    ]);
    const done = incident({
      state: 'resolved',
      clocks: [clock({ answeredAtMs: 1 }), clock({ endedAtMs: 1 })],
    });
    expect(missingToClose({ ...done, postMortem: true })).toEqual([]);
  });

  test('needs a second person once a clock was late, missed, or let go after its time', () => {
    expect(closeRule([clock({ answeredAtMs: 1 }), clock({ endedAtMs: 1 })])).toBe('incident/clocks-kept');
    expect(closeRule([clock({ answeredAtMs: 101 * HOUR })])).toBe('incident/second-person');
    expect(closeRule([clock({ missed: true, endedAtMs: 101 * HOUR })])).toBe('incident/second-person');
  });

  test('is the only way to the end, and the end can be opened again', () => {
    const ends = INCIDENT_STATES.filter((state) => incidentStateAfter(state, 'close') === 'closed');
    expect(ends).toEqual(['resolved']);
    expect(incidentStateAfter('closed', 'reopen')).toBe('open');
    expect(incidentStateAfter('closed', 'resolve')).toBeUndefined();
  });

  test('tells the five states of a clock apart', () => {
    const at = (more: Partial<AgendaClock>, now: number) => clockStateAt(clock(more), now * HOUR);
    expect([
      at({}, 99),
      at({}, 100),
      at({ answeredAtMs: 100 * HOUR }, 1),
      at({ answeredAtMs: 101 * HOUR }, 1),
      at({ endedAtMs: 1 }, 200),
    ]).toEqual(['running', 'missed', 'answered', 'late', 'ended']);
  });
});
