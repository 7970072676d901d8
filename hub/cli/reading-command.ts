import { Command } from 'commander';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Options } from './act-for-person.ts';
import { printJson } from './print.ts';

/** A read of the API: its path as the OpenAPI document has it, with what it is asked. */
export interface Read {
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  /** As texts, or what becomes one; undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** What of the API answers the same as a command does. @throws HoldfastError `invalid_input` where nothing does. */
export type AskApi = (options: Options, ...args: readonly (string | undefined)[]) => Read;

/** Whether the read of the API answers a page, and the command so takes a cursor. */
export interface Paging {
  readonly pages?: boolean;
}

/**
 * A command that shows something: in lines for people, and with `--json` exactly as the API answers it, for scripts. Which read
 * of the API that is stands at the command; everything else about JSON stands here.
 */
export class ReadingCommand extends Command {
  readonly #ask: AskApi;
  readonly #pages: boolean;

  constructor(name: string, ask: AskApi, { pages = false }: Paging = {}) {
    super(name);
    this.#ask = ask;
    this.#pages = pages;
    this.option('--json', 'As the API answers it, as JSON.');
    if (pages) this.option('--cursor <cursor>', 'With --json: the page after one, by its `nextCursor`.');
  }

  override action(tell: Parameters<Command['action']>[0]): this {
    return super.action(async (...given: unknown[]) => {
      const [options, ...others] = given.slice(0, -1).reverse() as [Options, ...(string | undefined)[]];
      const cursor = this.#pages ? (options['cursor'] as string | undefined) : undefined;
      if (options['json'] !== true) {
        if (cursor === undefined) return tell.apply(this, given);
        throw new HoldfastError('invalid_input', '--cursor goes with --json. Give both, or neither.');
      }
      const { query = {}, ...read } = this.#ask(options, ...others.reverse());
      const asked = { ...read, query: { ...query, cursor } };
      return this.#pages && options['all'] === true
        ? printJson({ items: await everyItem(asked, options) })
        : printAnswer(asked, options);
    });
  }
}

/** A command of this name: a reading one where something of the API answers the same, else a plain one. */
export function commandOf(name: string, ask?: AskApi, paging?: Paging): Command {
  return ask === undefined ? new Command(name) : new ReadingCommand(name, ask, paging);
}

/** Writes what the API answers to a read; loaded when it is needed, for it brings every route. */
export async function printAnswer(read: Read, options: Options): Promise<void> {
  const { readAsApi } = await import('./read-as-api.ts');
  printJson(await readAsApi(read, options));
}

/** The items of a page and of all after it. */
async function everyItem(read: Read, options: Options): Promise<unknown[]> {
  const { readAsApi } = await import('./read-as-api.ts');
  const items: unknown[] = [];
  for (let cursor = read.query?.['cursor']; ;) {
    const page = (await readAsApi({ ...read, query: { ...read.query, cursor } }, options)) as Page;
    items.push(...page.items);
    if (page.nextCursor === undefined) return items;
    cursor = page.nextCursor;
  }
}

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor?: string;
}

/** With `--json` a command only shows, and all of it: refused where it would change or leave out something. @throws HoldfastError `invalid_input`. */
export function onlyToShow(shows: boolean, advice: string): void {
  if (!shows)
    throw new HoldfastError(
      'invalid_input',
      `--json shows what the API answers. ${advice} Nothing was changed.`,
    );
}
