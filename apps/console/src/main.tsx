import './strict.js';
import { App } from '@coupon/ui/page';
import { render } from 'preact';
import favicon from './favicon.svg';

const place = document.getElementById('page');
if (place !== null) render(<App icon={favicon} />, place);
