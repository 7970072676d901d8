/** Classes of a row's one link: its invisible edge covers the whole row, and shows where the keyboard is. */
export const ROW_LINK =
  'font-medium after:absolute after:inset-0 hover:underline focus-visible:outline-none ' +
  'focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent';
