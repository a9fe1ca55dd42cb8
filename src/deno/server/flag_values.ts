/**
 * The values of flags and of the environment variables that stand in for them.
 *
 * @module
 */

import { parseByteSize } from "../../http/byte_size.ts";
import { type Flags, UsageError } from "../process/arguments.ts";
import { environment } from "../project/environment.ts";
import { checkOperatorPath } from "./operator_paths.ts";
import type { LogFormat } from "./request_log.ts";

/** A value, and where it is from. */
export interface Setting {
  readonly text: string;
  /** The flag or the variable: `--port`, `PORT`. */
  readonly source: string;
}

/**
 * Returns the value of a flag, or else of its environment variable.
 *
 * @param flags The table of the flags.
 * @param values Their parsed values.
 * @param name The name of the flag.
 */
export function getSetting<Name extends string>(
  flags: Flags & Readonly<Record<Name, unknown>>,
  values: Readonly<Partial<Record<Name, unknown>>>,
  name: Name,
): Setting | undefined {
  const value = values[name];
  if (typeof value === "string") return { text: value, source: `--${name}` };
  const { env } = flags[name]!;
  const text = env === undefined ? undefined : environment(env);
  return text === undefined ? undefined : { text, source: env! };
}

/**
 * Reads a port.
 *
 * @throws {UsageError} If it is not a whole number from 0 to 65535.
 */
export function readPort(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const { text, source } = setting, port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new UsageError(`Cannot listen on port "${text}" (${source}): expected a whole number from 0 to 65535`);
}

/**
 * Reads the permissions of a file: `660`.
 *
 * @throws {UsageError} If they are not three octal digits.
 */
export function readFileMode(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const { text, source } = setting;
  if (/^0?[0-7]{3}$/.test(text)) return parseInt(text, 8);
  throw new UsageError(`Cannot set permissions to "${text}" (${source}): expected three octal digits such as 660`);
}

/**
 * Reads the size of a request body.
 *
 * @throws {UsageError} If it is not a size.
 */
export function readSize(setting: Setting | undefined): string | undefined {
  if (setting === undefined || parseByteSize(setting.text) !== undefined) return setting?.text;
  const { text, source } = setting;
  throw new UsageError(`Cannot limit request bodies to "${text}" (${source}): expected a size such as 64kb or 100mb`);
}

/**
 * Reads the size of the cache, in bytes.
 *
 * @throws {UsageError} If it is not a size.
 */
export function readCacheSize(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const bytes = parseByteSize(setting.text);
  if (bytes !== undefined && bytes > 0) return bytes;
  const { text, source } = setting;
  throw new UsageError(`Cannot limit the cache to "${text}" (${source}): expected a size such as 64mb or 10gb`);
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * Reads a duration in milliseconds: `30s`, `500ms`, `2m`; a number alone is seconds.
 *
 * @throws {UsageError} If it is not a duration.
 */
export function readDuration(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const { text, source } = setting;
  const [, amount, unit = "s"] = /^(\d{1,9})(ms|s|m)?$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * UNITS_MS[unit]!;
  throw new UsageError(`Cannot wait "${text}" (${source}): expected a duration such as 30s or 500ms`);
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

/**
 * Reads how requests are logged.
 *
 * @throws {UsageError} If it is not a format.
 */
export function readLogFormat(text: string | undefined): LogFormat | undefined {
  if (text === undefined || text === "pretty" || text === "json" || text === "off") return text;
  throw new UsageError(`Cannot log as "${text}" (--log): expected pretty, json or off`);
}

/**
 * Reads a part of a whole.
 *
 * @param text The value of the flag.
 * @param name Its name: `--log-sample`.
 * @throws {UsageError} If it is not a number from 0 to 1.
 */
export function readPart(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^(?:0|1|[01]?\.\d+)$/.test(text) && Number(text) <= 1) return Number(text);
  throw new UsageError(`Cannot set ${name} to "${text}": expected a number from 0 to 1, such as 0.1`);
}

/**
 * Reads a path that the server answers itself.
 *
 * @param text The value of the flag.
 * @param name Its name: `--health`.
 * @throws {UsageError} If it is not a canonical path.
 */
export function readPath(text: string | undefined, name: string): string | undefined {
  return text === undefined ? undefined : checkOperatorPath(text, name, (message) => new UsageError(message));
}
