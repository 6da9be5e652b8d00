/** The k6 version that the workload profiles were measured with. */
const k6Version = 'v1.8.1';
const toxiproxyVersion = 'v2.12.0';

/** A program that is built from its source, at one version, with `go install`. */
export interface GoBuild {
  /** The import path of its main package; the program is named after its last element. */
  readonly package: string;
  /** A tag of its module, for example `v1.8.1`. */
  readonly version: string;
  /** Flags of the linker: what a release's own build would have set. */
  readonly linkerFlags?: string;
}

/** How a service's program is found, installed and described. */
interface CatalogEntry {
  /** Names of the program, the preferred one first. */
  readonly programs: readonly string[];
  /** Prints the version. */
  readonly versionFlag: string;
  /** The environment variable with the path of another program. */
  readonly binVariable?: string;
  readonly apt?: readonly string[];
  readonly go?: GoBuild;
  /** How to provide it by hand, one line for each platform. */
  readonly remedies: readonly string[];
}

/** The services that are servers, in the order in which they are listed. */
export const serverKinds = ['database', 'redis'] as const;
export type ServerKind = (typeof serverKinds)[number];

/** A service that a caller can ask for. */
export type ServiceName = ServerKind | ProgramName;

/** The services that are programs, which their user runs. */
export const programNames = ['k6', 'wrk', 'chromium', 'toxiproxy', 'faketime', 'nftables'] as const;
export type ProgramName = (typeof programNames)[number];

/** `image`: the container used when nothing else is available. */
type Catalog = Readonly<
  Record<ServerKind, CatalogEntry & { readonly urlVariable: string; readonly image: string }> &
    Record<'k6', CatalogEntry & { readonly image: string }> &
    Record<Exclude<ProgramName, 'k6'>, CatalogEntry>
>;

/** All services. */
export const catalog: Catalog = {
  database: {
    programs: ['mariadbd', 'mysqld'],
    versionFlag: '--version',
    urlVariable: 'DATABASE_URL',
    apt: ['mariadb-server-core', 'mariadb-client-core'],
    image: 'mariadb:10.11',
    remedies: [
      'Debian/Ubuntu: apt-get install mariadb-server-core mariadb-client-core',
      'Fedora:        dnf install mariadb-server',
      'macOS:         brew install mariadb',
      'Docker:        a running engine is enough (image mariadb:10.11)',
      'your own:      DATABASE_URL=mysql://user:password@host:3306/database',
    ],
  },
  redis: {
    programs: ['redis-server', 'valkey-server'],
    versionFlag: '--version',
    urlVariable: 'REDIS_URL',
    apt: ['redis-server'],
    image: 'redis:7',
    remedies: [
      'Debian/Ubuntu: apt-get install redis-server',
      'Fedora:        dnf install redis (or valkey)',
      'macOS:         brew install redis',
      'Docker:        a running engine is enough (image redis:7)',
      'your own:      REDIS_URL=redis://host:6379',
    ],
  },
  k6: {
    programs: ['k6'],
    versionFlag: 'version',
    binVariable: 'K6_BIN',
    go: { package: 'go.k6.io/k6', version: k6Version },
    image: 'grafana/k6:1.8.1',
    remedies: [
      `anywhere:      install Go (https://go.dev/dl), then go install go.k6.io/k6@${k6Version}`,
      'macOS:         brew install k6',
      'Docker:        a running engine is enough (image grafana/k6:1.8.1)',
      'your own:      K6_BIN=/path/to/k6',
    ],
  },
  wrk: {
    programs: ['wrk'],
    versionFlag: '-v',
    apt: ['wrk'],
    remedies: [
      'Debian/Ubuntu: apt-get install wrk',
      'Fedora:        dnf install wrk',
      'macOS:         brew install wrk',
    ],
  },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    versionFlag: '--version',
    binVariable: 'CHROMIUM_BIN',
    apt: ['chromium'],
    remedies: [
      'Debian:        apt-get install chromium',
      'Fedora:        dnf install chromium',
      'your own:      CHROMIUM_BIN=/path/to/chromium',
    ],
  },
  toxiproxy: {
    programs: ['toxiproxy-server'],
    versionFlag: '-version',
    go: {
      package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
      version: toxiproxyVersion,
      linkerFlags: `-X github.com/Shopify/toxiproxy/v2.Version=${toxiproxyVersion.slice(1)}`,
    },
    remedies: [
      'anywhere:      install Go (https://go.dev/dl); the program is then built when it is needed',
      'macOS:         brew install toxiproxy',
      'your own:      toxiproxy-server in a folder of PATH',
    ],
  },
  faketime: {
    programs: ['faketime'],
    versionFlag: '--version',
    apt: ['faketime'],
    remedies: ['Debian/Ubuntu: apt-get install faketime', 'Fedora:        dnf install libfaketime'],
  },
  nftables: {
    programs: ['nft'],
    versionFlag: '--version',
    apt: ['nftables'],
    remedies: ['Debian/Ubuntu: apt-get install nftables', 'Fedora:        dnf install nftables'],
  },
};

/** The path of each service's program; a server whose program is `docker` runs in a container. */
export type Programs = Readonly<Partial<Record<ServiceName, string>>>;
