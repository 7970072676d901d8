import { TOUR } from './tour-groups.ts';
import { pictureFile, type TourStop } from './tour-stop.ts';

const HEAD = `# The console, screen by screen

Made from the stops of the tour that visits every screen in a browser (\`test/endurance/console-tour.test.ts\`); \`node
ops/docs/write-pages.ts\` writes it, \`HOLDFAST_WRITE_SCREENS=1 npm run test:endurance -- console-tour\` takes the pictures anew.
The tour fails where axe finds a violation of WCAG 2.2 AA in light or dark, where Tab does not reach a control or the
focus cannot be seen, where a screen needs more than 320 pixels, and where a German reader meets an English text.

**Everywhere:** Tab and Shift+Tab go from control to control, Enter and Space use them, Escape closes a dialog and gives the
focus back; where something was typed in it, it asks first. "Skip to content" is the first stop of every screen. Every address can be sent to a colleague, who sees what
they themselves may see. The key \`?\` shows the keys of the frame, \`g\` and a letter goes to a screen.
`;

/** The handbook of the console: each screen with its picture, what it is for, who uses it and its keys. */
export function consolePage(): string {
  const groups = TOUR.map(({ title, stops }) => `\n## ${title}\n${stops.map(entry).join('')}`);
  return HEAD + groups.join('');
}

function entry({ route, name, about, who, keys }: TourStop): string {
  const picture = (scheme: 'light' | 'dark') => `console/${pictureFile(name, scheme)}`;
  return `
### \`${route.replaceAll(/\$(\w+)/g, '{$1}')}\`

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${picture('dark')}">
  <img alt="${altOf(about)}" src="${picture('light')}">
</picture>

${about}
${who}.${keys === undefined ? '' : ` ${keys}`}
`;
}

/** The first sentence says what is seen. */
function altOf(about: string): string {
  return about.replace(/[.:].*$/s, '').replaceAll('"', '&quot;');
}
