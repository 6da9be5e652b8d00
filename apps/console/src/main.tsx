import './strict.js';
import { swimlaneStyles } from '@coupon/swimlanes';
import { render } from 'preact';
import { App } from './app.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(swimlaneStyles);
document.adoptedStyleSheets.push(sheet);

const place = document.getElementById('page');
if (place !== null) render(<App />, place);
