/**
 * What the page at `/_routes` and the server tell each other.
 *
 * @module
 */

/** A route as the page shows it. */
export interface ShownRoute {
  /** The URL pattern: `/users/[id]`. */
  readonly id: string;
  /** The same below the base path, as clients ask for it: `/docs/users/[id]`. */
  readonly path: string;
  readonly file: string;
  readonly methods: readonly string[];
  /** Its segment config, an export each: `revalidate = 60`. */
  readonly config: readonly string[];
  /** The contracts of its handlers by method. */
  readonly contracts: Readonly<Record<string, ShownContract>>;
  /** Why it cannot be loaded. */
  readonly error?: string;
}

/** What a contract says about a request, as the page shows it. */
export interface ShownContract {
  /** The values that a request has. */
  readonly fields: readonly ShownField[];
  /** The format of the body, if it has one. */
  readonly bodyKind?: "json" | "form" | "text" | "bytes";
  /** The JSON Schemas of its parts, as text. */
  readonly schemas: readonly { readonly part: string; readonly text: string }[];
}

/** A value of a request. */
export interface ShownField {
  /** The part of the request. */
  readonly in: "params" | "query" | "headers" | "cookies" | "body";
  /** Where in that part; empty for the whole part. */
  readonly path: readonly string[];
  /** How it is typed; `json` for arrays, objects and values of several types. */
  readonly kind: "text" | "number" | "boolean" | "choice" | "json";
  readonly isRequired: boolean;
  /** The values to choose from. */
  readonly choices?: readonly string[];
  /** What it is, or its default. */
  readonly hint?: string;
}

/** A request as the page shows it. */
export interface ShownRequest {
  /** Identifies it. */
  readonly key: number;
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** Its path and query as sent. */
  readonly path: string;
  /** The status of the response. */
  readonly status: number;
  /** How long it took until the response was sent, in milliseconds. */
  readonly duration: number;
  /** What the cache had to do with it: `HIT`, `STALE`, `MISS`; `null` if nothing. */
  readonly cache: string | null;
  /** The output of `console` while it was answered. */
  readonly output: readonly OutputLine[];
}

/** A call of a `console` method. */
export interface OutputLine {
  readonly level: "log" | "info" | "warn" | "error" | "debug";
  /** What was printed. */
  readonly text: string;
}

/** The state that the page shows. */
export interface DevState {
  readonly routes: readonly ShownRoute[];
  /** The errors in the names of files. */
  readonly problems: readonly string[];
  /** The last requests, newest first. */
  readonly requests: readonly ShownRequest[];
}

/** A request that the page asks the server to send to itself. */
export interface RequestForm {
  readonly method: string;
  readonly path: string;
  /** A line each: `name: value`. */
  readonly headers: string;
  readonly body: string;
}

/** A part of the response to it, as it arrives: the head, parts of the body, the end; or why there is no response. */
export type ResponsePart =
  | { readonly type: "head"; readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly type: "body"; readonly text: string }
  | { readonly type: "end"; readonly duration: number; readonly note: string }
  | { readonly type: "error"; readonly message: string };
