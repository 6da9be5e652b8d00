/** What a caller can ask for. */
export type ServiceName = 'database' | 'redis' | 'k6' | 'wrk' | 'chromium';

/**
 * An expected failure to provide a service; its message is written for the user, who needs no stack
 * trace.
 */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
}

const remedies: Record<ServiceName, readonly string[]> = {
  database: [
    'Debian/Ubuntu: apt-get install mariadb-server-core mariadb-client-core',
    'Fedora:        dnf install mariadb-server',
    'macOS:         brew install mariadb',
    'Docker:        a running engine is enough (image mariadb:10.11)',
    'your own:      DATABASE_URL=mysql://user:password@host:3306/database',
  ],
  redis: [
    'Debian/Ubuntu: apt-get install redis-server',
    'Fedora:        dnf install redis (or valkey)',
    'macOS:         brew install redis',
    'Docker:        a running engine is enough (image redis:7)',
    'your own:      REDIS_URL=redis://host:6379',
  ],
  k6: [
    'anywhere:      install Go (https://go.dev/dl), then go install go.k6.io/k6@v1.8.1',
    'macOS:         brew install k6',
    'Docker:        a running engine is enough (image grafana/k6:1.8.1)',
    'your own:      K6_BIN=/path/to/k6',
  ],
  wrk: [
    'Debian/Ubuntu: apt-get install wrk',
    'Fedora:        dnf install wrk',
    'macOS:         brew install wrk',
  ],
  chromium: [
    'Debian:        apt-get install chromium',
    'Fedora:        dnf install chromium',
    'your own:      CHROMIUM_BIN=/path/to/chromium',
  ],
};

/**
 * A needed service is neither given nor found, and could not be installed. The message lists what
 * to install, by platform.
 */
export class ServiceMissing extends ServiceError {
  override readonly name = 'ServiceMissing';

  /** `tried`: what was attempted and why it failed, one sentence each. */
  constructor(
    readonly missing: readonly ServiceName[],
    tried: readonly string[],
  ) {
    const lists = missing.map((service) =>
      [
        `${service} is missing. Any one of these provides it:`,
        ...remedies[service].map((line) => `  ${line}`),
      ].join('\n'),
    );
    super([...lists, ...tried].join('\n'));
  }
}

/** How a service can be had, one line for each platform. */
export const remediesFor = (service: ServiceName): readonly string[] => remedies[service];
