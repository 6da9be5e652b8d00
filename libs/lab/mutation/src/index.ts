export { allMutants, type Mutant } from './mutants.js';
export { mutatedFiles } from './targets.js';
