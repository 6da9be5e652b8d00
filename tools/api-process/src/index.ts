export {
  buildApi,
  startApi,
  startApis,
  type ApiProcess,
  type ApiProcessSettings,
} from './api-process.js';
export { startChild } from './child-process.js';
