import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { makeClient } from './app/brook-context';
import { applyTheme } from './app/preferences';
import { keepShell } from './app/shell-cache';
import { recall } from './cache/remembered';
import { startI18n } from './i18n';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');

applyTheme();
keepShell();
// A new version was installed on the server while this page was open: its parts are no longer there.
window.addEventListener('vite:preloadError', () => window.location.reload());
const brook = makeClient();
await Promise.all([startI18n(), recall()]);
createRoot(root).render(
  <StrictMode>
    <App brook={brook} />
  </StrictMode>,
);
