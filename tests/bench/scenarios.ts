/**
 * What `http.ts` measures: each row is a request to a server, beside a reference server that gives the same answer.
 *
 * @module
 */

/** A row of the table. */
export interface Scenario {
  readonly name: string;
  /** The server: a project of `projects.ts`, or a name of `server.ts`. */
  readonly server: string;
  readonly path: string;
  /** The server that is measured just before: a name of `server.ts`. Default: `bare`. */
  readonly beside?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of a POST. */
  readonly body?: string;
  /** The least ratio of requests a second to those of the reference. */
  readonly floor?: number;
  readonly goal?: number;
}

const cookie = "session=abc; theme=dark";
const JSON_TYPE = { "content-type": "application/json" };

/** A body of about this size. */
const toBody = (bytes: number) => JSON.stringify({ name: "Ada", note: "x".repeat(bytes - 25) });

/** The bare rows are what a handler of Next 16, a scope, and five headers cost on Deno without any router. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "bare, awaits its params", server: "awaiting", path: "/users/42" },
  { name: "bare, AsyncLocalStorage", server: "storage", path: "/hello" },
  { name: "bare with a HIT's headers", server: "hit", path: "/hello" },
  { name: "bare with one header", server: "header", path: "/hello" },
  { name: "Hono, static", server: "hono", path: "/hello" },
  { name: "Hono, one param", server: "hono", path: "/users/42" },
  { name: "static", server: "plain", path: "/hello", floor: 0.87, goal: 0.92 },
  { name: "one param", server: "plain", path: "/users/42", floor: 0.84, goal: 0.9 },
  { name: "static, 10,000 routes", server: "many", path: "/hello", floor: 0.87, goal: 0.92 },
  { name: "one param, 10,000 routes", server: "many", path: "/users/42", floor: 0.84, goal: 0.9 },
  { name: "static, scope", server: "scoped", path: "/hello", floor: 0.76, goal: 0.84 },
  { name: "one param, scope", server: "scoped", path: "/users/42", floor: 0.72, goal: 0.8 },
  { name: "cookies and headers read", server: "scoped", path: "/read", headers: { cookie }, floor: 0.62, goal: 0.72 },
  { name: "cached in memory", server: "memory", path: "/cached", floor: 0.8 },
  { name: "cached in memory, its headers", server: "memory", path: "/cached", beside: "hit", goal: 0.95 },
  { name: "cached in memory, 100 kB", server: "memory", path: "/large", beside: "large", goal: 0.95 },
  { name: "cached in sqlite", server: "sqlite", path: "/cached", floor: 0.6 },
  { name: "proxy, not matching", server: "unmatched", path: "/hello", goal: 0.9 },
  { name: "proxy, next()", server: "passing", path: "/hello" },
  { name: "proxy, sets a header", server: "proxy", path: "/hello", beside: "header", goal: 0.75 },
  { name: "Hono, sets a header", server: "header-hono", path: "/hello", beside: "header" },
  { name: "one header rule", server: "rule", path: "/hello", beside: "header", goal: 0.8 },
  { name: "one rewrite", server: "rewrite", path: "/renamed" },
  { name: "public folder", server: "public", path: "/hello" },
  { name: "realistic", server: "realistic", path: "/me/42", beside: "realistic-bare", headers: { cookie }, goal: 0.75 },
  { name: "Hono, realistic", server: "realistic-hono", path: "/me/42", beside: "realistic-bare", headers: { cookie } },
  {
    name: "POST 100 B",
    server: "plain",
    path: "/echo",
    beside: "echo",
    headers: JSON_TYPE,
    body: toBody(100),
    goal: 0.9,
  },
  { name: "Hono, POST 100 B", server: "hono", path: "/echo", beside: "echo", headers: JSON_TYPE, body: toBody(100) },
  {
    name: "contract, 100 B",
    server: "plain",
    path: "/contract",
    beside: "echo",
    headers: JSON_TYPE,
    body: toBody(100),
  },
  { name: "POST 10 kB", server: "plain", path: "/echo", beside: "echo", headers: JSON_TYPE, body: toBody(10_000) },
  { name: "NextResponse.json", server: "plain", path: "/json", beside: "json", goal: 0.9 },
  { name: "Hono, JSON", server: "hono", path: "/json", beside: "json" },
];
