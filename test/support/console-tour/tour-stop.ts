/** What the tour's tenant has, by the name under which stops ask for it. */
export type TourIds = Readonly<Record<string, string>>;

/** A screen of the console on the tour: how to get there, what must be seen, and what the handbook says of it. */
export interface TourStop {
  /** As the console's router has it. */
  readonly route: string;
  /** File name of its pictures, and anchor in the handbook. */
  readonly name: string;
  /** Of `TourIds`, by the parameter of the route. */
  readonly params?: Readonly<Record<string, string>>;
  /** Query of the address, with its question mark. */
  readonly search?: string;
  /** Text that stands there only once the screen has its content. */
  readonly shows: string | RegExp;
  /** Names of the buttons that open a dialog; each dialog is looked at as well, and closed by Escape. */
  readonly dialogs?: readonly string[];
  /** What it is for, in two sentences. */
  readonly about: string;
  readonly who: string;
  /** What the keyboard does there beside Tab, Enter and Escape. */
  readonly keys?: string;
}

/** Group of screens as the navigation has them. */
export interface TourGroup {
  readonly title: string;
  /** Who looks at them; left out, the local administrator. */
  readonly by?: string;
  readonly stops: readonly TourStop[];
}

/** Name of a picture's file. */
export function pictureFile(name: string, scheme: 'light' | 'dark'): string {
  return `${name}-${scheme}.png`;
}

/** The address of a stop. @throws Error where the tenant lacks what it names. */
export function pathOf({ route, params = {}, search = '' }: TourStop, ids: TourIds): string {
  const path = route.replace(/\$(\w+)/g, (_, name: string) => {
    const id = ids[params[name] ?? ''];
    if (id === undefined || id === '') throw new Error(`The tenant of the tour has nothing for ${route}.`);
    return id;
  });
  return path + search;
}
