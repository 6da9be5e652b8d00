import type { Redis } from 'ioredis';

/**
 * Makes the client's `commandTimeout` spare answers that have arrived already. ioredis's own timer
 * runs before what the socket holds is read, so a process that was paused for that long, or got no
 * processor on a busy machine, failed every command that it had in flight. Returns the client.
 */
export function patient(client: Redis): Redis {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    command.setTimeout = (commandMs) => {
      const expire = (): void => {
        if (!command.isSettled) command.reject(new Error('Command timed out'));
      };
      // What `setImmediate` runs comes after the sockets were read.
      const timer = setTimeout(() => setImmediate(expire), commandMs);
      const clear = (): void => clearTimeout(timer);
      void command.promise.then(clear, clear);
    };
    return send(command, stream);
  };
  return client;
}
