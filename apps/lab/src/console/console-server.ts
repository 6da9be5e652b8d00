import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exploreRequestSchema, isUnderWay, raceRequestSchema, type Refusal } from '@coupon/results';
import type { Plugin } from '@coupon/strategies';
import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { UserError } from '../run/user-error.js';
import type { Archive } from './archive.js';
import { choicesOf, keptSchedules, pageOf } from './catalogue.js';
import { requireToken, headers, reportPolicy } from './require-token.js';
import { EventStream } from './event-stream.js';
import { JobRunner, JobConflict, type JobHandlers } from './job-runner.js';

/** What the page is served from, and what it may do. */
export interface ConsoleSettings {
  /** 0: any free port. */
  readonly port: number;
  /** Where the built page is. */
  readonly pageFolder: string;
  readonly archive: Archive;
  /** The strategies that can be chosen. */
  readonly plugins: readonly Plugin[];
  readonly jobHandlers: JobHandlers;
}

/** The live page, being served. Disposing stops what runs, waits for its end, and closes. */
export interface Console extends AsyncDisposable {
  /** With the token: whoever has it may run races. */
  readonly url: string;
}

/**
 * Serves the page on the loopback until it is disposed. Rejects with UserError when the port is
 * taken.
 */
export async function openConsole({
  port: wantedPort,
  pageFolder,
  archive,
  plugins,
  jobHandlers: doings,
}: ConsoleSettings): Promise<Console> {
  const token = randomBytes(24).toString('base64url');
  const stream = new EventStream();
  const room = new JobRunner(stream, doings, plugins);
  let port = wantedPort;
  const app = express().disable('x-powered-by').disable('etag');
  app.use(
    headers,
    requireToken(token, () => port),
  );
  app.use(express.static(pageFolder, { cacheControl: false }));
  app.use('/api', commandRoutes(room, stream), queryRoutes(archive, plugins, room, stream));
  app.get('/results/:id/report.html', (request, response) => {
    const file = archive.reportOf(request.params.id);
    if (file === null) return refuse(response, 404, 'NOT_FOUND', 'that race has no report');
    response
      .set('content-security-policy', reportPolicy)
      .sendFile(file, { dotfiles: 'allow', cacheControl: false });
  });
  app.use((_request, response) => refuse(response, 404, 'NOT_FOUND', 'there is nothing here'));
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
      await room.stop();
      stream.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const portOf = (address: AddressInfo | string | null): number =>
  address !== null && typeof address === 'object' ? address.port : 0;

const refuse = (
  response: Response,
  status: number,
  error: Refusal['error'],
  message: string,
): void => void response.status(status).json({ error, message } satisfies Refusal);

/** To start, to stop, to listen. */
function commandRoutes(room: JobRunner, stream: EventStream): Router {
  const router = express.Router();
  router.get('/events', (request, response) => {
    if (!stream.join(response, request.get('last-event-id')))
      refuse(response, 503, 'BUSY', 'too many pages are open');
  });
  router.post('/race', express.json({ limit: '10kb' }), (request, response) => {
    response.status(202).json({ id: room.start(raceRequestSchema.parse(request.body)) });
  });
  router.post('/stop', async (_request, response) => {
    response.status((await room.stop()) ? 200 : 404).json({});
  });
  return router;
}

/** What there is to choose and to look at. */
function queryRoutes(
  archive: Archive,
  plugins: readonly Plugin[],
  room: JobRunner,
  stream: EventStream,
): Router {
  const router = express.Router();
  const pluginOf = (name: string): Plugin | undefined =>
    plugins.find((plugin) => plugin.name === name);
  router.get('/choices', (_request, response) => void response.json(choicesOf(plugins)));
  router.get('/races', (_request, response) => void response.json(archive.list()));
  router.get('/races/:id', (request, response) => {
    const race = archive.open(request.params.id);
    if (race === null) refuse(response, 404, 'NOT_FOUND', 'there is no such race');
    else response.json(race);
  });
  router.delete('/races/:id', (request, response) => {
    const { race } = stream.state;
    if (isUnderWay(race) && race?.id === request.params.id)
      return refuse(response, 409, 'BUSY', 'that race is under way');
    if (archive.delete(request.params.id)) response.status(204).end();
    else refuse(response, 404, 'NOT_FOUND', 'there is no such race');
  });
  router.get('/strategies/:name', async (request, response) => {
    const plugin = pluginOf(request.params.name);
    const html = plugin === undefined ? null : await pageOf(plugin);
    if (html === null) refuse(response, 404, 'NOT_FOUND', 'that strategy has no page');
    else response.json({ name: request.params.name, html });
  });
  router.get('/schedules/:name/:clients', (request, response) => {
    const plugin = pluginOf(request.params.name);
    const { clients } = exploreRequestSchema.parse({
      strategy: request.params.name,
      clients: Number(request.params.clients),
    });
    if (plugin === undefined) refuse(response, 404, 'NOT_FOUND', 'there is no such strategy');
    else response.json(keptSchedules(plugin, clients));
  });
  router.post('/schedules', express.json({ limit: '10kb' }), (request, response) => {
    const { strategy, clients } = exploreRequestSchema.parse(request.body);
    const plugin = pluginOf(strategy);
    if (plugin === undefined)
      return refuse(response, 404, 'NOT_FOUND', `there is no strategy ${strategy}`);
    room.explore(plugin, clients);
    response.status(202).json({});
  });
  return router;
}

const errorHandler: ErrorRequestHandler = (error: unknown, _request, response: Response, next) => {
  if (response.headersSent) return next(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof JobConflict) return refuse(response, 409, 'BUSY', message);
  if (error instanceof z.ZodError) return refuse(response, 400, 'INVALID', z.prettifyError(error));
  if (error instanceof UserError || (error instanceof SyntaxError && 'body' in error))
    return refuse(response, 400, 'INVALID', message);
  refuse(response, 500, 'FAILED', message);
};
