import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import express, { type Express } from 'express';

type MessageClasses = Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;

/**
 * Request and response classes whose prototypes are Express's own.
 *
 * For every request Express calls `setPrototypeOf(req, app.request)`, and the same for the
 * response. That changes the hidden class of both objects, and V8 then takes the slow path for
 * every property access inside node:http: four fifths of Express's cost. Here `app.request` and
 * `app.response` *are* the prototypes of the classes that the server constructs its messages from,
 * so setPrototypeOf changes nothing. Classes are needed: Reflect.construct with a function is
 * slower than plain Express. One app only: a mounted sub-app would set its own prototypes again.
 */
export function preparedClasses(app: Express): MessageClasses {
  class PreparedRequest extends IncomingMessage {}
  class PreparedResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {}
  const own = { app: { value: app, configurable: true, enumerable: true, writable: true } };
  Object.defineProperties(PreparedRequest.prototype, { ...methodsOf(express.request), ...own });
  Object.defineProperties(PreparedResponse.prototype, { ...methodsOf(express.response), ...own });
  Object.assign(app, { request: PreparedRequest.prototype, response: PreparedResponse.prototype });
  return { IncomingMessage: PreparedRequest, ServerResponse: PreparedResponse };
}

/** What Express adds to Node's messages, getters as getters. */
const methodsOf = (prototype: object): PropertyDescriptorMap =>
  Object.getOwnPropertyDescriptors(prototype);
