/** Safeguards that a test can leave out of the house, to see that the invariants notice. */
export const FAULTS = {
  'destroys-undecided': 'the destruction trusts the decision of the claim',
  'no-grace': 'a released hold protects no longer',
  'future-forgotten': 'a hold by query reaches only what was there when it was placed',
  'ignores-requests': 'an open request does not keep its evidence',
  'forgets-promises': 'a promised date can be brought forward',
  'conflicts-unpromised': 'what has no date to go has no floor that was promised either',
  'restores-unreplayed': 'a restored backup opens what was destroyed since',
} as const;
export type Fault = keyof typeof FAULTS;
