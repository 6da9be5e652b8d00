export {
  buildApi,
  startApi,
  startApis,
  type ApiProcess,
  type ApiProcessSettings,
} from './api-process.js';
export { startChild, type Child } from './child-process.js';
export { buildSettler, startSettler } from './settler-process.js';
