export { drawSwimlanes, escaped, type DrawSettings } from './draw.js';
export { lostIn, overwritesIn, rowValuesOf, type Overwrite, type RowValue } from './marks.js';
export { momentsOf, type Line, type Moment, type Tone } from './moments.js';
export { swimlaneStyles } from './styles.js';
export { languages, letterOf, words, type Language, type Words } from './words.js';
