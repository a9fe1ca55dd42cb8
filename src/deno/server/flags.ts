/**
 * The flags of a server: those of `routes start` and of what `routes build` makes.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { parseByteSize } from "../../http/byte_size.ts";
import { environment } from "../project/environment.ts";
import type { LogFormat } from "./request_log.ts";

/** How a server is started. */
export interface StartFlags {
  /** The port to listen on; default 8000, 0 for a free one. */
  readonly port: number | undefined;
  /** The address to listen on; default: all. */
  readonly hostname: string | undefined;
  /** Where the cache is kept. */
  readonly cache: string | undefined;
  /** Whether cached responses are made before the server listens. */
  readonly prewarm: boolean | undefined;
  /** Whether `X-Forwarded-Proto` and `X-Forwarded-Host` are believed. */
  readonly trustProxy: boolean | undefined;
  /** How requests are logged; default: not at all. */
  readonly log: LogFormat | undefined;
  /** Whether a route file is imported by its first request. */
  readonly lazy: boolean | undefined;
  /** How many bytes of a request body are kept in memory: a size like `64kb`. */
  readonly bodyLimit: string | undefined;
  /** How long a stop waits for what is in flight, in milliseconds. */
  readonly grace: number | undefined;
}

/** The flags, in the form of `parseArgs`. */
export const START_OPTIONS = {
  port: { type: "string", short: "p" },
  hostname: { type: "string", short: "H" },
  cache: { type: "string" },
  prewarm: { type: "boolean" },
  "trust-proxy": { type: "boolean" },
  log: { type: "string" },
  lazy: { type: "boolean" },
  "body-limit": { type: "string" },
  grace: { type: "string" },
} as const;

/** The values of {@linkcode START_OPTIONS}. */
export type StartValues = ReturnType<typeof parseStartArgs>["values"];

function parseStartArgs(args: readonly string[]) {
  return parseArgs({ args: [...args], options: START_OPTIONS });
}

/** A mistake in a command line. */
export class UsageError extends Error {}

/**
 * Reads the arguments of a server that has no other ones.
 *
 * @param args The arguments.
 * @throws {UsageError} If they are none of a server.
 */
export function readStartArgs(args: readonly string[]): StartFlags {
  let values: StartValues;
  try {
    values = parseStartArgs(args).values;
  } catch (error) {
    const [reason] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`Cannot read arguments: ${reason}; there are ${flagNames()}`);
  }
  return readStartFlags(values);
}

/** Makes of what was parsed what it means; `PORT`, `HOSTNAME`, `CACHE_URL`,
 * `BODY_LIMIT` and `GRACE` are used where nothing else is said. */
export function readStartFlags(values: StartValues): StartFlags {
  return {
    port: portOf(values),
    hostname: values.hostname ?? environment("HOSTNAME"),
    cache: values.cache ?? environment("CACHE_URL"),
    prewarm: values.prewarm,
    trustProxy: values["trust-proxy"],
    log: readLog(values.log),
    lazy: values.lazy,
    bodyLimit: readSize(values["body-limit"], "--body-limit") ?? readSize(environment("BODY_LIMIT"), "BODY_LIMIT"),
    grace: readDuration(values.grace, "--grace") ?? readDuration(environment("GRACE"), "GRACE"),
  };
}

/** The port that is said, or that of the variable `PORT`. */
export function portOf({ port }: Pick<StartValues, "port">): number | undefined {
  return readPort(port, "--port") ?? readPort(environment("PORT"), "PORT");
}

function readPort(text: string | undefined, name: string): number | undefined {
  if (text === undefined || (text === "" && name === "PORT")) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new UsageError(`Cannot listen on port "${text}" (${name}): write a whole number from 0 to 65535`);
}

function readSize(text: string | undefined, name: string): string | undefined {
  if (text === undefined || parseByteSize(text) !== undefined) return text;
  throw new UsageError(`Cannot limit request bodies to "${text}" (${name}): write a size like 64kb or 100mb`);
}

const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Reads a duration: `30s`, `500ms`, `2m`; a number alone is seconds. */
function readDuration(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = "s"] = /^(\d{1,9})(ms|s|m)?$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * DURATIONS[unit]!;
  throw new UsageError(`Cannot wait "${text}" (${name}): write a duration like 30s or 500ms`);
}

function readLog(text: string | undefined): LogFormat | undefined {
  if (text === undefined || text === "pretty" || text === "json" || text === "off") return text;
  throw new UsageError(`Cannot log as "${text}" (--log): write pretty, json or off`);
}

function flagNames(): string {
  return Object.keys(START_OPTIONS).map((name) => `--${name}`).join(", ");
}
