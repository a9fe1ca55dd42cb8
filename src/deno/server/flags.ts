/**
 * The flags of a server, which `routes start` and the module that `routes build` writes have in common.
 *
 * @module
 */

import { parseByteSize } from "../../http/byte_size.ts";
import { type Flags, type FlagValues, parseArguments, UsageError } from "../process/arguments.ts";
import { DOCUMENT_PATH } from "../openapi/openapi_routes.ts";
import { environment } from "../project/environment.ts";
import type { LogFormat } from "./request_log.ts";

/** The parsed flags of a server. */
export interface StartFlags {
  /** The port to listen on, 0 for a free one. */
  readonly port: number | undefined;
  /** The address to listen on. */
  readonly hostname: string | undefined;
  /** The location of the cache. */
  readonly cache: string | undefined;
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
  /** The path of the OpenAPI document, if it is served. */
  readonly openapi: string | undefined;
  /** How long a stop waits for requests in flight, in milliseconds. */
  readonly grace: number | undefined;
}

/** The flags of a server, as both programs take them. */
export const SERVER_FLAGS = {
  port: { short: "p", value: "N", help: "The port to listen on.", default: "PORT, or 8000" },
  hostname: { short: "H", value: "HOST", help: "The address to listen on.", default: "HOSTNAME, or 0.0.0.0" },
  cache: {
    value: "WHERE",
    help: "The cache: memory, sqlite:PATH or redis://HOST:PORT.",
    default: "CACHE_URL, or .routes/cache.db in the project",
  },
  prewarm: { help: "Generate cached responses before listening." },
  "trust-proxy": { help: "Trust X-Forwarded-Proto and X-Forwarded-Host, which a reverse proxy sets." },
  log: { value: "FORMAT", help: "How to log requests: pretty, json or off.", default: "off" },
  lazy: { help: "Import a route file on its first request, so that a broken file fails only its own route." },
  "body-limit": {
    value: "SIZE",
    help: "The largest request body to read into memory: 64kb, 10mb.",
    default: "BODY_LIMIT, or 100mb",
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
    default: "GRACE, or 5s",
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
 * Reads the values of the flags. The variables `PORT`, `HOSTNAME`, `CACHE_URL`, `BODY_LIMIT` and `GRACE` stand in for the
 * flags that are not given.
 *
 * @param values The parsed values.
 * @throws {UsageError} If a value is invalid.
 */
export function readStartFlags(values: ServerFlagValues): StartFlags {
  return {
    port: readPortFlag(values),
    hostname: values.hostname ?? environment("HOSTNAME"),
    cache: values.cache ?? environment("CACHE_URL"),
    prewarm: values.prewarm,
    trustProxy: values["trust-proxy"],
    log: readLog(values.log),
    lazy: values.lazy,
    bodyLimit: readSize(values["body-limit"], "--body-limit") ?? readSize(environment("BODY_LIMIT"), "BODY_LIMIT"),
    openapi: readDocumentPath(values.openapi),
    grace: readDuration(values.grace, "--grace") ?? readDuration(environment("GRACE"), "GRACE"),
  };
}

/**
 * Returns the port of `--port`, or else of the variable `PORT`.
 *
 * @throws {UsageError} If it is invalid.
 */
export function readPortFlag({ port }: Pick<ServerFlagValues, "port">): number | undefined {
  return readPort(port, "--port") ?? readPort(environment("PORT"), "PORT");
}

function readPort(text: string | undefined, name: string): number | undefined {
  if (text === undefined || (text === "" && name === "PORT")) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new UsageError(`Cannot listen on port "${text}" (${name}): expected a whole number from 0 to 65535`);
}

function readDocumentPath(text: string | undefined): string | undefined {
  if (text === undefined || text.startsWith("/")) return text;
  const reason = `expected a path such as ${DOCUMENT_PATH}`;
  throw new UsageError(`Cannot serve the OpenAPI document at "${text}" (--openapi): ${reason}`);
}

function readSize(text: string | undefined, name: string): string | undefined {
  if (text === undefined || parseByteSize(text) !== undefined) return text;
  throw new UsageError(`Cannot limit request bodies to "${text}" (${name}): expected a size such as 64kb or 100mb`);
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Reads a duration in milliseconds: `30s`, `500ms`, `2m`; a number alone is seconds. */
function readDuration(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = "s"] = /^(\d{1,9})(ms|s|m)?$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * UNITS_MS[unit]!;
  throw new UsageError(`Cannot wait "${text}" (${name}): expected a duration such as 30s or 500ms`);
}

/**
 * Reads a flag that counts something.
 *
 * @param text The value of the flag.
 * @param name Its name: `--workers`.
 * @throws {UsageError} If it is not a whole number from 1.
 */
export function readCount(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`Cannot set ${name} to "${text}": expected a whole number from 1`);
}

function readLog(text: string | undefined): LogFormat | undefined {
  if (text === undefined || text === "pretty" || text === "json" || text === "off") return text;
  throw new UsageError(`Cannot log as "${text}" (--log): expected pretty, json or off`);
}
