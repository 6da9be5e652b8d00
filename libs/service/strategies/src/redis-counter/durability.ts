import type { Client } from './keys.js';

/**
 * What this Redis may lose of what was answered, by its own settings: one sentence each, none when
 * every answer is on disk before it is given. Only a warning where the server does not let itself
 * be asked.
 */
export async function durabilityWarnings(client: Client): Promise<readonly string[]> {
  const setting = async (name: string): Promise<string> => {
    const reply: unknown = await client.config('GET', name);
    return Array.isArray(reply) ? String(reply[1]) : '';
  };
  try {
    const [log, flush, eviction] = [
      await setting('appendonly'),
      await setting('appendfsync'),
      await setting('maxmemory-policy'),
    ];
    return [
      ...(log === 'yes'
        ? []
        : ['appendonly is off: a crash of Redis loses every grant that is not settled yet']),
      ...(log === 'yes' && flush === 'everysec'
        ? [
            'appendfsync is everysec: a power failure may lose the grants of the last second that are not settled yet',
          ]
        : []),
      ...(log === 'yes' && flush === 'no'
        ? [
            'appendfsync is no: a power failure may lose the grants of half a minute that are not settled yet',
          ]
        : []),
      ...(eviction.startsWith('allkeys')
        ? [`maxmemory-policy is ${eviction}: counters may be evicted; set noeviction`]
        : []),
    ];
  } catch (error) {
    return [
      `Redis does not tell its settings (${error instanceof Error ? error.message : String(error)}): see that appendonly is yes, appendfsync always, maxmemory-policy noeviction`,
    ];
  }
}
