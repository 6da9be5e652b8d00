import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exploreRequestSchema,
  isUnderWay,
  raceRequestSchema,
  type LabRefusalBody,
} from '@coupon/results';
import type { Plugin } from '@coupon/strategies';
import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { UserError } from '../run/user-error.js';
import type { Archive } from './archive.js';
import { choicesOf, keptSchedules, pageOf } from './catalogue.js';
import { requireToken, headers, reportPolicy } from './require-token.js';
import { EventStream } from './event-stream.js';
import type { FaultCells } from './fault-cells.js';
import { RefusedRequest } from './refused-request.js';
import { JobRunner, JobConflict, type JobHandlers } from './job-runner.js';

/** The port and the sources of the page, and the jobs it can start. */
export interface ConsoleSettings {
  /** 0: any free port. */
  readonly port: number;
  /** The folder of the built page. */
  readonly pageFolder: string;
  readonly archive: Archive;
  readonly faultCells: FaultCells;
  /** The strategies that can be chosen. */
  readonly plugins: readonly Plugin[];
  readonly jobHandlers: JobHandlers;
}

/** The live page. Disposing stops the running job, waits for its end, and closes the server. */
export interface Console extends AsyncDisposable {
  /** Includes the token: anyone with this URL may run races. */
  readonly url: string;
}

/**
 * Serves the page on the loopback until disposed. Rejects with UserError when the port is taken.
 */
export async function openConsole({
  port: requestedPort,
  pageFolder,
  archive,
  faultCells,
  plugins,
  jobHandlers,
}: ConsoleSettings): Promise<Console> {
  const token = randomBytes(24).toString('base64url');
  const stream = new EventStream();
  const jobs = new JobRunner(stream, jobHandlers, plugins);
  let port = requestedPort;
  const app = express().disable('x-powered-by').disable('etag');
  app.use(
    headers,
    requireToken(token, () => port),
  );
  app.use(express.static(pageFolder, { cacheControl: false }));
  app.use(
    '/api',
    commandRoutes(jobs, stream),
    queryRoutes(archive, plugins, jobs, stream),
    faultRoutes(faultCells),
  );
  app.get('/results/:id/report.html', (request, response) => {
    const file = archive.reportOf(request.params.id);
    if (file === null) throw new RefusedRequest(404, 'NOT_FOUND', 'that race has no report');
    response
      .set('content-security-policy', reportPolicy)
      .sendFile(file, { dotfiles: 'allow', cacheControl: false });
  });
  app.use(() => {
    throw new RefusedRequest(404, 'NOT_FOUND', 'there is nothing here');
  });
  app.use(errorHandler);
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new UserError(`the page cannot be served: ${error.message}`)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  port = portOf(server.address());
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      stream.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const portOf = (address: AddressInfo | string | null): number =>
  address !== null && typeof address === 'object' ? address.port : 0;

/** Routes that start and stop jobs, and the event stream. */
function commandRoutes(jobs: JobRunner, stream: EventStream): Router {
  const router = express.Router();
  router.get('/events', (request, response) => {
    if (!stream.join(response, request.get('last-event-id')))
      throw new RefusedRequest(503, 'BUSY', 'too many pages are open');
  });
  router.post('/race', express.json({ limit: '10kb' }), (request, response) => {
    response.status(202).json({ id: jobs.start(raceRequestSchema.parse(request.body)) });
  });
  router.post('/stop', async (_request, response) => {
    response.status((await jobs.stop()) ? 200 : 404).json({});
  });
  return router;
}

/** Routes that read choices, earlier races, strategies' pages and schedules. */
function queryRoutes(
  archive: Archive,
  plugins: readonly Plugin[],
  jobs: JobRunner,
  stream: EventStream,
): Router {
  const router = express.Router();
  const pluginOf = (name: string): Plugin | undefined =>
    plugins.find((plugin) => plugin.name === name);
  router.get('/choices', (_request, response) => void response.json(choicesOf(plugins)));
  router.get('/races', (_request, response) => void response.json(archive.list()));
  router.get('/races/:id', (request, response) => {
    const race = archive.open(request.params.id);
    if (race === null) throw new RefusedRequest(404, 'NOT_FOUND', 'there is no such race');
    response.json(race);
  });
  router.delete('/races/:id', (request, response) => {
    const { race } = stream.state;
    if (isUnderWay(race) && race?.id === request.params.id)
      throw new RefusedRequest(409, 'BUSY', 'that race is under way');
    if (!archive.delete(request.params.id))
      throw new RefusedRequest(404, 'NOT_FOUND', 'there is no such race');
    response.status(204).end();
  });
  router.get('/strategies/:name', async (request, response) => {
    const plugin = pluginOf(request.params.name);
    const html = plugin === undefined ? null : await pageOf(plugin);
    if (html === null) throw new RefusedRequest(404, 'NOT_FOUND', 'that strategy has no page');
    response.json({ name: request.params.name, html });
  });
  router.get('/schedules/:name/:clients', (request, response) => {
    const plugin = pluginOf(request.params.name);
    const { clients } = exploreRequestSchema.parse({
      strategy: request.params.name,
      clients: Number(request.params.clients),
    });
    if (plugin === undefined)
      throw new RefusedRequest(404, 'NOT_FOUND', 'there is no such strategy');
    response.json(keptSchedules(plugin, clients));
  });
  router.post('/schedules', express.json({ limit: '10kb' }), (request, response) => {
    const { strategy, clients } = exploreRequestSchema.parse(request.body);
    const plugin = pluginOf(strategy);
    if (plugin === undefined)
      throw new RefusedRequest(404, 'NOT_FOUND', `there is no strategy ${strategy}`);
    jobs.explore(plugin, clients);
    response.status(202).json({});
  });
  return router;
}

/** Routes that read the fault lab's cells. */
function faultRoutes(cells: FaultCells): Router {
  const router = express.Router();
  router.get('/faults', (_request, response) => void response.json(cells.matrix()));
  router.get('/faults/:fault/:strategy', (request, response) => {
    const cell = cells.open(request.params.fault, request.params.strategy);
    if (cell === null)
      throw new RefusedRequest(404, 'NOT_FOUND', 'there is no such fault or strategy');
    response.json(cell);
  });
  return router;
}

const errorHandler: ErrorRequestHandler = (error: unknown, _request, response: Response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const { status, code, message } = refusalOf(error);
  response.status(status).json({ error: code, message } satisfies LabRefusalBody);
};

function refusalOf(error: unknown): RefusedRequest {
  if (error instanceof RefusedRequest) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof JobConflict) return new RefusedRequest(409, 'BUSY', message);
  if (error instanceof z.ZodError)
    return new RefusedRequest(400, 'INVALID', z.prettifyError(error));
  const isInvalid = error instanceof UserError || (error instanceof SyntaxError && 'body' in error);
  return isInvalid
    ? new RefusedRequest(400, 'INVALID', message)
    : new RefusedRequest(500, 'FAILED', message);
}
