import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that a client may have sent ahead; more than any that reads its answers. */
const AHEAD_MAX = 100;

/**
 * Serves the requests of one connection one after the other, each once the response before it is
 * sent. node:http itself hands over all that a client has pipelined at once, so that one
 * connection which reads nothing could have thousands of requests in work. A connection with more
 * than `AHEAD_MAX` of them waiting is closed.
 */
export function oneAtATime(serve: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, (() => void)[]>();
  const finish = (socket: Socket): void => {
    const next = waiting.get(socket)?.shift();
    if (next === undefined) waiting.delete(socket);
    else next();
  };
  return (req, res) => {
    const { socket } = req;
    const begin = (): void => {
      res.once('close', () => finish(socket));
      serve(req, res);
    };
    const line = waiting.get(socket);
    if (line === undefined) {
      waiting.set(socket, []);
      begin();
    } else if (line.length < AHEAD_MAX) line.push(begin);
    else socket.destroy();
  };
}
