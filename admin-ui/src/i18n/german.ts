import fromHub from '../from-hub/german.json' with { type: 'json' };
import type { Catalogue } from './t.ts';

const catalogues = import.meta.glob<Catalogue>('../**/de.json', { eager: true, import: 'default' });

/** All German texts; each folder keeps its own beside its code. A chunk of its own, loaded only where it is spoken. */
export const GERMAN: Catalogue = Object.assign({}, ...Object.values(catalogues)) as Catalogue;

/** The German of what the hub says. */
export const GERMAN_OF_HUB: Catalogue = fromHub;
