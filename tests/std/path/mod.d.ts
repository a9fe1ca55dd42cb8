/** Between the entries of `PATH`. */
export const DELIMITER: ";" | ":";

/** Between the parts of a path. */
export const SEPARATOR: "\\" | "/";

/** One or more separators. */
export const SEPARATOR_PATTERN: RegExp;

/** The last part of `path`, without `suffix`. */
export function basename(path: string | URL, suffix?: string): string;

/** `path` without its last part. */
export function dirname(path: string | URL): string;

/** The extension of `path` with its dot, or `""`. */
export function extname(path: string | URL): string;

/** The path of a `file:` URL. */
export function fromFileUrl(url: string | URL): string;

/** Whether `path` is absolute. */
export function isAbsolute(path: string): boolean;

/** Joins and normalizes. */
export function join(path: string | URL, ...paths: string[]): string;

/** Resolves `.`, `..` and repeated separators. */
export function normalize(path: string | URL): string;

/** The way from `from` to `to`. */
export function relative(from: string, to: string): string;

/** The absolute path, seen from the working directory. */
export function resolve(...pathSegments: string[]): string;

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL;
