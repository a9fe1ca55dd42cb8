/**
 * Problem details for HTTP APIs, RFC 9457: the bodies of error responses.
 *
 * @module
 */

/**
 * A problem: the body of an error response.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface ProblemDetails {
  /** A URI that identifies the kind of problem; `"about:blank"` for no more than its status. */
  readonly type: string;
  /** A short summary of the kind of problem: `"Bad Request"`. */
  readonly title: string;
  /** The status of the response. */
  readonly status: number;
  /** An explanation of the problem with this request. */
  readonly detail?: string;
  /** The invalid values of the request, in order; at most 50. */
  readonly errors?: readonly ProblemError[];
  /** The number of errors that were left out. */
  readonly omitted?: number;
}

/** A part of a request. */
export type RequestPart = "params" | "query" | "headers" | "cookies" | "body";

/** An invalid value of a request. */
export interface ProblemError {
  /** The part of the request. */
  readonly in: RequestPart;
  /** The path of the value in that part: `["address", "street"]`, `["tags", 0]`. */
  readonly path: readonly (string | number)[];
  /** The error message. */
  readonly message: string;
}

/** Responds to an invalid request, instead of {@linkcode problemResponse}. */
export type OnInvalid = (problem: ProblemDetails, request: Request) => Response | Promise<Response>;

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

/**
 * Creates a problem whose type is `"about:blank"` and whose title is the phrase of its status.
 *
 * @param status The status of the response.
 * @param members Other members, which take precedence.
 */
export function createProblem<Members extends Partial<ProblemDetails> & Readonly<Record<string, unknown>>>(
  status: number,
  members?: Members,
): ProblemDetails & Members {
  const title = TITLES[status] ?? "Error";
  return { type: "about:blank", title, status, ...members } as ProblemDetails & Members;
}

/**
 * Creates the response of a problem, with its status and the content type `application/problem+json`.
 *
 * @param problem The body.
 * @param headers Headers to add.
 *
 * @example
 * ```ts
 * import { createProblem, problemResponse } from "@x/routes/route";
 * import { assertEquals } from "@std/assert";
 *
 * const response = problemResponse(createProblem(409, { detail: "The name is taken" }));
 * assertEquals(response.status, 409);
 * assertEquals(response.headers.get("content-type"), "application/problem+json");
 * ```
 */
export function problemResponse(problem: ProblemDetails, headers?: HeadersInit): Response {
  const all = new Headers(headers);
  all.set("content-type", "application/problem+json");
  return new Response(JSON.stringify(problem), { status: problem.status, headers: all });
}
