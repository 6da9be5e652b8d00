export { dateTime, duration, percent, percentOf, tenth, whole } from './format.js';
export { messages } from './messages/catalogue.js';
export { faultSentence } from './messages/fault-catalogue.js';
export { runLinesOf, sentenceOf, type RunLine } from './run-lines.js';
export { expectedRemainingIn, lostIn, overwritesIn, rowValuesOf } from './swim-lanes/marks.js';
export { languages, sameText, textOf, type Language, type Text } from './text.js';
