import { celEnv, type CelEnv } from '@bufbuild/cel';
import { EvaluationBudget } from './evaluation-budget.ts';
import { textFunctions } from './functions/text-functions.ts';
import { timeFunctions } from './functions/time-functions.ts';
import { valueFunctions } from './functions/value-functions.ts';

/** The one budget of the environment. */
export const budget = new EvaluationBudget();

/** The functions that every expression has: the standard ones, ours in the place of those that are not the same everywhere. */
export const environment: CelEnv = celEnv({
  funcs: [...textFunctions(budget), ...timeFunctions(), ...valueFunctions(budget)],
});
