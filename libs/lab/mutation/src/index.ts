export { allMutants, type GeneratedMutant } from './mutants.js';
export { mutatedFiles } from './targets.js';
