import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { makeClient } from './app/brook-context';
import { startI18n } from './i18n';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');

const brook = makeClient();
await startI18n();
createRoot(root).render(
  <StrictMode>
    <App brook={brook} />
  </StrictMode>,
);
