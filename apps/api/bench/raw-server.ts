import { createServer } from 'node:http';
import { issuedBytes, listenAndReport } from './fixture.js';

/** The baseline: bare node:http with the same request and the same answer. */
const server = createServer((_req, res) => {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(issuedBytes);
});
await listenAndReport(server);
