/**
 * The flags of a server, which `routes start` and the module that `routes build` writes have in common.
 *
 * @module
 */

import { type Flags, type FlagValues, parseArguments, UsageError } from "../process/arguments.ts";
import { DOCUMENT_PATH } from "../openapi/openapi_routes.ts";
import { CACHE_LOCATIONS } from "./cache_location.ts";
import { type Endpoint, ENDPOINT_FLAGS, readEndpoint } from "./endpoint.ts";
import {
  getSetting,
  readCacheSize,
  readDuration,
  readLogFormat,
  readPart,
  readPath,
  readPort,
  readSize,
} from "./flag_values.ts";
import { HEALTH_PATH } from "./health.ts";
import type { RunOptions } from "./http_server.ts";
import { METRICS_PATH } from "./metrics.ts";
import type { LogFormat } from "./request_log.ts";

/** The parsed flags of a server. */
export interface StartFlags extends Endpoint {
  /** The location of the cache. */
  readonly cache: string | undefined;
  /** How many bytes of entries the cache stores. */
  readonly cacheSize: number | undefined;
  /** Whether to generate cached responses before listening. */
  readonly prewarm: boolean | undefined;
  /** Whether to trust `X-Forwarded-Proto` and `X-Forwarded-Host`. */
  readonly trustProxy: boolean | undefined;
  /** How to log requests. */
  readonly log: LogFormat | undefined;
  /** Whether to import a route file on its first request. */
  readonly lazy: boolean | undefined;
  /** The largest request body to read into memory: a size such as `64kb`. */
  readonly bodyLimit: string | undefined;
  /** Which part of the requests to log. */
  readonly logSample: number | undefined;
  /** The path of the OpenAPI document, if it is served. */
  readonly openapi: string | undefined;
  /** Whether scheduled requests are made. */
  readonly cron: boolean;
  /** How long a stop waits for requests in flight, in milliseconds. */
  readonly grace: number | undefined;
  /** How long a stop keeps listening, in milliseconds. */
  readonly linger: number | undefined;
  /** The path of health checks. */
  readonly health: string | undefined;
  /** The path of metrics. */
  readonly metrics: string | undefined;
}

/** The flags of a server, as both programs take them. */
export const SERVER_FLAGS = {
  ...ENDPOINT_FLAGS,
  cache: {
    value: "WHERE",
    help: `The cache: ${CACHE_LOCATIONS}.`,
    env: "CACHE_URL",
    default: ".routes/cache.db",
  },
  "cache-size": {
    value: "SIZE",
    help: "How much is stored, in memory or SQLite: 64mb, 10gb.",
    env: "CACHE_SIZE",
    default: "64mb, in SQLite 1gb",
  },
  prewarm: { help: "Generate cached responses before listening." },
  "trust-proxy": { help: "Trust X-Forwarded-Proto, -Host and -For, which a reverse proxy sets." },
  log: { value: "FORMAT", help: "How to log requests: pretty, json or off.", default: "off" },
  "log-sample": {
    value: "PART",
    help: "Which part of the requests to log, from 0 to 1; those with a status of 500 and more always are.",
    default: "1",
  },
  health: {
    value: "[PATH]",
    valueIfAlone: HEALTH_PATH,
    help: `Answer health checks at ${HEALTH_PATH} or PATH: 503 while stopping.`,
  },
  metrics: {
    value: "[PATH]",
    valueIfAlone: METRICS_PATH,
    help: `Answer with the metrics of this process at ${METRICS_PATH} or PATH.`,
  },
  "no-cron": { help: "Do not make the requests that vercel.json and route files schedule." },
  lazy: { help: "Import a route file on its first request, so that a broken file fails only its own route." },
  "body-limit": {
    value: "SIZE",
    help: "The largest request body to read into memory: 64kb, 10mb.",
    env: "BODY_LIMIT",
    default: "100mb",
  },
  openapi: {
    value: "[PATH]",
    valueIfAlone: DOCUMENT_PATH,
    help: `Serve the OpenAPI document, at ${DOCUMENT_PATH} or another path.`,
    default: "it is not served",
  },
  grace: {
    value: "TIME",
    help: "How long to wait for requests in flight when stopping: 30s, 500ms.",
    env: "GRACE",
    default: "5s",
  },
  linger: {
    value: "TIME",
    help: "How long to keep listening after SIGTERM, before --grace begins.",
    env: "LINGER",
    default: "500ms, within --grace",
  },
} as const satisfies Flags;

/** The values of {@linkcode SERVER_FLAGS}. */
export type ServerFlagValues = FlagValues<typeof SERVER_FLAGS>;

/**
 * Reads the arguments of a server that takes no others.
 *
 * @param args The arguments.
 * @throws {UsageError} If they are not arguments of a server.
 */
export function readStartArgs(args: readonly string[]): StartFlags {
  const names = Object.keys(SERVER_FLAGS).map((name) => `--${name}`).join(", ");
  return readStartFlags(parseArguments(args, SERVER_FLAGS, { hint: `expected ${names}` }).values);
}

/**
 * Reads the values of the flags. For a flag that is not given, its environment variable holds.
 *
 * @param values The parsed values.
 * @throws {UsageError} If a value is invalid.
 */
export function readStartFlags(values: ServerFlagValues): StartFlags {
  return {
    ...readEndpoint(values),
    cache: getSetting(SERVER_FLAGS, values, "cache")?.text,
    cacheSize: readCacheSize(getSetting(SERVER_FLAGS, values, "cache-size")),
    prewarm: values.prewarm,
    trustProxy: values["trust-proxy"],
    log: readLogFormat(values.log),
    cron: !(values["no-cron"] ?? false),
    lazy: values.lazy,
    bodyLimit: readSize(getSetting(SERVER_FLAGS, values, "body-limit")),
    logSample: readPart(values["log-sample"], "--log-sample"),
    openapi: readDocumentPath(values.openapi),
    grace: readDuration(getSetting(SERVER_FLAGS, values, "grace")),
    linger: readDuration(getSetting(SERVER_FLAGS, values, "linger")),
    health: readPath(values.health, "--health"),
    metrics: readPath(values.metrics, "--metrics"),
  };
}

/** Returns how a server runs, by its flags. */
export function toRunOptions(
  { grace, linger, health, metrics }: Pick<StartFlags, "grace" | "linger" | "health" | "metrics">,
): RunOptions {
  return { grace, linger, health, metrics };
}

/**
 * Returns the port of `--port`, or else of the variable `PORT`.
 *
 * @throws {UsageError} If it is invalid.
 */
export function readPortFlag(values: Pick<ServerFlagValues, "port">): number | undefined {
  return readPort(getSetting(SERVER_FLAGS, values, "port"));
}

function readDocumentPath(text: string | undefined): string | undefined {
  if (text === undefined || text.startsWith("/")) return text;
  const reason = `expected a path such as ${DOCUMENT_PATH}`;
  throw new UsageError(`Cannot serve the OpenAPI document at "${text}" (--openapi): ${reason}`);
}
