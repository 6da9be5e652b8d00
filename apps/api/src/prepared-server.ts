import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import express, { type Express } from 'express';

type MessageClasses = Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;

/**
 * Request and response classes that are Express' own from birth.
 *
 * For every request Express calls `setPrototypeOf(req, app.request)`, and the same for the
 * response. That changes the hidden class of both objects, and V8 takes every later property access
 * inside node:http the slow way: four fifths of Express' cost. Here `app.request` and
 * `app.response` *are* the prototypes of the classes that the server makes its messages from, so
 * setPrototypeOf finds them in place and changes nothing. Classes are needed: Reflect.construct
 * with a function is slower than plain Express. One app only: a mounted sub-app would set its own
 * prototypes again.
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

/** Express' additions, getters as getters. */
const methodsOf = (prototype: object): PropertyDescriptorMap =>
  Object.getOwnPropertyDescriptors(prototype);
