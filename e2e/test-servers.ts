/** A server that the journeys talk to. */
export interface TestServer {
  origin: string;
  /** The address that `npm start` printed on a fresh data directory. */
  setupUrl: string;
  /** Where `npm start` put its data. */
  dataDirectory: string;
}

/** How many journeys go on at a time: a third keeps two cores busy while the others wait for a page. */
export const serverCount = 3;

/** Leaves the servers' whereabouts in the environment, which Playwright hands to its workers. */
export function rememberServers(servers: TestServer[]): void {
  process.env.E2E_SERVERS = JSON.stringify(servers);
}

export function allServers(): TestServer[] {
  const { E2E_SERVERS } = process.env;
  if (!E2E_SERVERS) throw new Error("E2E_SERVERS is not set: run the journeys with `npm test`.");
  return JSON.parse(E2E_SERVERS) as TestServer[];
}

/** The server of this worker. */
export function ownServer(): TestServer {
  const server = allServers()[Number(process.env.TEST_PARALLEL_INDEX)];
  if (!server) throw new Error("There is no server for this worker.");
  return server;
}

/** Where everything is kept that a server writes to its output, its log above all. */
export function outputFileOf(dataDirectory: string): string {
  return `${dataDirectory}.log`;
}
