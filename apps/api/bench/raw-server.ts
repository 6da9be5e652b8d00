import { createServer } from 'node:http';
import { issuedBytes, listenAndTell } from './fixture.js';

/** The measure: what Node itself does with the same request and the same answer. */
const server = createServer((_req, res) => {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(issuedBytes);
});
await listenAndTell(server);
