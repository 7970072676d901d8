/**
 * English texts that a German reader meets, by the route that shows them: names that people gave, and words that are English in
 * what they belong to (Cedar, a field of a leaf). The tour fails on every other one.
 */
export const ENGLISH_ON_PURPOSE: Readonly<Record<string, readonly string[]>> = {
  '/audit': ['added', 'critical'],
  '/access-policies/$version': ['Role', 'Recording', 'unless'],
  '/authenticators': ['App on my phone'],
};
