import type { RedisClient } from './keys.js';

/**
 * What this Redis may lose of answered grants, by its own settings: one sentence each, none when
 * every grant is on disk before its answer. A server that does not allow CONFIG is a warning too.
 */
export async function durabilityWarnings(client: RedisClient): Promise<readonly string[]> {
  const setting = async (name: string): Promise<string> => {
    const reply: unknown = await client.config('GET', name);
    return Array.isArray(reply) ? String(reply[1]) : '';
  };
  try {
    const log = await setting('appendonly');
    const flush = await setting('appendfsync');
    const eviction = await setting('maxmemory-policy');
    return [
      ...(log === 'yes'
        ? []
        : ['appendonly is off: a crash of Redis loses every grant that is not recorded yet']),
      ...(log === 'yes' && flush === 'everysec'
        ? [
            'appendfsync is everysec: a power failure may lose the grants of the last second ' +
              'that are not recorded yet',
          ]
        : []),
      ...(log === 'yes' && flush === 'no'
        ? [
            'appendfsync is no: a power failure may lose the grants of half a minute ' +
              'that are not recorded yet',
          ]
        : []),
      ...(eviction.startsWith('allkeys')
        ? [`maxmemory-policy is ${eviction}: counters may be evicted; set noeviction`]
        : []),
    ];
  } catch (error) {
    return [
      'Redis does not report its settings ' +
        `(${error instanceof Error ? error.message : String(error)}): ` +
        'make sure that appendonly is yes, appendfsync always, maxmemory-policy noeviction',
    ];
  }
}
