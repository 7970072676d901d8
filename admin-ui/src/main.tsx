import { beginLanguage } from './i18n/begin-language.ts';
import { beginTheme } from './shell/theme.ts';
import { giveStyleNonce } from './components/style-nonce.ts';
import './styles.css';

const place = document.getElementById('root');
if (place === null) throw new Error('The page has no element #root to show the console in.');
beginTheme();
giveStyleNonce();
// Modules make texts as they load, so they load once the language is settled.
await beginLanguage();
const { showConsole } = await import('./shell/show-console.tsx');
showConsole(place);
