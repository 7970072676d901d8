import { testProgram } from './program-test.ts';

const program = testProgram('sipp', 'sip-tester');

/** Full path of sipp, or undefined where it is not installed. */
export const SIPP = program.path;

/** A test that needs sipp: without it skipped, with the reason in its title, and failed where CI=true. */
export const sippTest = program.test;
