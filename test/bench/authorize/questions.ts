import type {
  AccessContext,
  AccessedRecording,
  Asked,
  Principal,
} from '../../../recorder-core/authorization/asked.ts';
import { DEPARTMENTS, GROUPS } from './many-policies.ts';

const ROLES = ['supervisor', 'auditor', 'compliance_officer', 'engineer'];
const HOUR_MS = 3_600_000;

/** One of many people: each of a role, three groups and a department. */
export function personOf(n: number, role = ROLES[n % ROLES.length] ?? ''): Principal {
  return {
    id: `0199a000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    kind: 'user',
    role,
    groups: [n, n * 7, n * 31].map((at) => `group-${at % GROUPS}`),
    department: `department-${n % DEPARTMENTS}`,
    job: null,
    region: 'eu-central',
  };
}

/** A session in the region of the recordings. */
export function contextOf(n: number): AccessContext {
  return {
    nowMs: Date.now(),
    purpose: null,
    address: `10.${n % 250}.1.${n % 200}`,
    country: 'DE',
    region: 'eu-central',
    stepUpAgeMs: n % 2 === 0 ? null : 60_000,
    means: 'session',
  };
}

function recordingOf(n: number): AccessedRecording {
  return {
    type: 'recording',
    id: `0199b000-0000-7000-8000-${String(n % 100_000).padStart(12, '0')}`,
    region: 'eu-central',
    department: `department-${n % DEPARTMENTS}`,
    classification: n % 4 === 0 ? `class-${n % 1000}` : null,
    retentionClass: 'business-call',
    source: 'siprec',
    startedAtMs: Date.now() - n * HOUR_MS,
    restricted: n % 50 === 0,
    held: n % 30 === 0,
    ownOf: [personOf(n % 200).id],
  };
}

/** Questions as they come: 200 people, any recording, listing, reading or playing it. */
export function questionOf(n: number): Asked {
  return {
    principal: personOf(n % 200),
    act: (['recording.list', 'recording.read', 'recording.play'] as const)[n % 3] ?? 'recording.play',
    thing: recordingOf(n),
    context: contextOf(n),
  };
}
