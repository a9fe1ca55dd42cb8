/**
 * Reads the segment config of a route: the exports that are not handlers.
 *
 * @module
 */

import { parseCron } from "../cron/cron_expression.ts";
import { parseByteSize } from "../http/byte_size.ts";
import { getErrorMessage } from "../log/error_text.ts";

/** The segment config of a route. A missing export is `undefined`. */
export interface SegmentConfig {
  /** Whether the response may be generated independently of a request. */
  readonly dynamic: "auto" | "force-dynamic" | "error" | "force-static" | undefined;
  /** How long a response is fresh, in seconds; `false` for forever, `0` to not cache it. */
  readonly revalidate: number | false | undefined;
  /** Whether params that `generateStaticParams` does not list are served. */
  readonly dynamicParams: boolean | undefined;
  /** How `fetch()` caches by default. */
  readonly fetchCache: string | undefined;
  /** How long the handler may take, in seconds, before the answer is 504. */
  readonly maxDuration: number | undefined;
  /** The largest request body, in bytes, from `export const config = { bodyLimit: "64kb" }`. */
  readonly bodyLimit?: number;
  /** When `GET` is called, from `export const config = { cron: "0 5 * * *" }`. */
  readonly cron?: string;
  /** Lists the params whose responses can be generated in advance. */
  readonly generateStaticParams: ((context: { params: Record<string, never> }) => unknown) | undefined;
}

/** An export, its valid values, and how to fix an invalid one. */
interface Rule {
  readonly name: string;
  readonly allows: (value: unknown) => boolean;
  readonly fix: string;
}

const FETCH_CACHE = [
  "auto",
  "default-cache",
  "only-cache",
  "force-cache",
  "force-no-store",
  "default-no-store",
  "only-no-store",
];

const RULES: readonly Rule[] = [
  oneOf("dynamic", ["auto", "force-dynamic", "error", "force-static"]),
  {
    name: "revalidate",
    allows: (value) => value === false || isNumber(value, 0),
    fix: "write false or a number of seconds from 0",
  },
  { name: "dynamicParams", allows: (value) => typeof value === "boolean", fix: "write true or false" },
  oneOf("fetchCache", FETCH_CACHE),
  { name: "maxDuration", allows: (value) => isNumber(value, 1), fix: "write a number of seconds from 1" },
  oneOf("runtime", ["nodejs", "edge", "experimental-edge"]),
  {
    name: "preferredRegion",
    allows: (value) =>
      typeof value === "string" || (Array.isArray(value) && value.every((each) => typeof each === "string")),
    fix: "write a string or an array of strings",
  },
  { name: "generateStaticParams", allows: (value) => typeof value === "function", fix: "write a function" },
];

function oneOf(name: string, values: readonly string[]): Rule {
  const last = `"${values.at(-1)}"`;
  const others = values.slice(0, -1).map((value) => `"${value}"`).join(", ");
  return { name, allows: (value) => values.includes(value as string), fix: `write ${others} or ${last}` };
}

function isNumber(value: unknown, least: number): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= least;
}

/**
 * Reads the segment config of a module.
 *
 * @param module The namespace that `import()` returned.
 * @param file The file, for messages.
 * @throws {TypeError} If the value of an export is invalid.
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/route-segment-config
 */
export function readSegmentConfig(module: Readonly<Record<string, unknown>>, file: string): SegmentConfig {
  for (const { name, allows, fix } of RULES) {
    const value = module[name];
    if (value === undefined || allows(value)) continue;
    const shown = typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
    throw new TypeError(`Cannot load route "${file}": export "${name}" is ${shown}, ${fix}`);
  }
  const { dynamic, revalidate, dynamicParams, fetchCache, maxDuration, generateStaticParams } = module;
  const bodyLimit = readBodyLimit(module.config, file), cron = readCron(module.config, file);
  return {
    dynamic,
    revalidate,
    dynamicParams,
    fetchCache,
    maxDuration,
    generateStaticParams,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...(cron === undefined ? {} : { cron }),
  } as SegmentConfig;
}

/** The exports that Next.js refuses with `cacheComponents`, where `"use cache"` says what is cached. */
const INCOMPATIBLE = ["dynamic", "dynamicParams", "revalidate", "fetchCache", "runtime", "experimental_ppr"];

/**
 * Refuses the segment config that `cacheComponents` replaces.
 *
 * @param module The namespace of a route file.
 * @param file The file, for messages.
 * @throws {TypeError} If the module has such an export.
 * @see https://nextjs.org/docs/app/api-reference/config/next-config-js/cacheComponents
 */
export function refuseSegmentConfig(module: Readonly<Record<string, unknown>>, file: string): void {
  const name = INCOMPATIBLE.find((name) => name in module);
  if (name === undefined) return;
  throw new TypeError(
    `Cannot load route "${file}": Route segment config "${name}" is not compatible with \`nextConfig.cacheComponents\`. Please remove it.`,
  );
}

/** Reads `bodyLimit` from `config`, a key that Next.js ignores. */
function readBodyLimit(config: unknown, file: string): number | undefined {
  const { bodyLimit } = (typeof config === "object" && config !== null ? config : {}) as { bodyLimit?: unknown };
  if (bodyLimit === undefined) return undefined;
  const bytes = parseByteSize(bodyLimit);
  if (bytes !== undefined) return bytes;
  const fix = 'write a number of bytes, a size like "64kb", or false';
  throw new TypeError(`Cannot load route "${file}": bodyLimit of "config" is ${JSON.stringify(bodyLimit)}, ${fix}`);
}

/** Reads `cron` from `config`, a key that Next.js ignores. */
function readCron(config: unknown, file: string): string | undefined {
  const { cron } = (typeof config === "object" && config !== null ? config : {}) as { cron?: unknown };
  if (cron === undefined) return undefined;
  const refuse = (problem: string) =>
    new TypeError(`Cannot load route "${file}": cron of "config" is ${JSON.stringify(cron)}${problem}`);
  if (typeof cron !== "string") throw refuse(', write a string such as "0 5 * * *"');
  try {
    parseCron(cron);
  } catch (error) {
    throw refuse(`: ${getErrorMessage(error)}`);
  }
  return cron;
}
