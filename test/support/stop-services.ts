/** Jest's global tear-down: stops what the set-up started. */
export { stopServices as default } from './start-services.ts';
