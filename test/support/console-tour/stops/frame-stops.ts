import type { TourGroup } from '../tour-stop.ts';

/** The way in, and the first screen. */
export const FRAME: TourGroup = {
  title: 'Begin',
  by: 'Second officer',
  stops: [
    {
      route: '/',
      name: 'home',
      shows: 'What needs you today',
      about:
        'What needs the reader today: what waits for them, clocks that run out, what fails or is missing. Each line leads to its place.',
      who: 'Everybody',
      keys: 'The key `?` shows all keys; Ctrl+K goes to a screen by its name, or to a thing by its id.',
    },
  ],
};
