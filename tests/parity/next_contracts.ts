/**
 * Contracts, middleware and responses in the real Next.js: `next build` accepts the files of `fixtures/contract_project/` with both bundlers and
 * their types, and Next answers the same requests as this module does.
 *
 *     deno run -A tests/parity/next_contracts.ts
 *
 * @module
 */

import { equal } from "@std/assert";
import { copy } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { CLI, jsrProject } from "../helpers/jsr_project.ts";
import { publish, startRegistry } from "../helpers/registry.ts";
import { buildNext, installNext, installPackage, startNext, STD_PACKAGE } from "./_next.ts";

const FIXTURE = fromFileUrl(new URL("../fixtures/contract_project/", import.meta.url));
const TSCONFIG = {
  compilerOptions: {
    target: "esnext",
    lib: ["dom", "dom.iterable", "esnext"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    module: "esnext",
    moduleResolution: "bundler",
    jsx: "react-jsx",
    isolatedModules: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    plugins: [{ name: "next" }],
  },
  include: ["next-env.d.ts", "**/*.ts", ".next/types/**/*.ts"],
  exclude: ["node_modules"],
};

/** A request; a body that is chunked has no content length. */
interface Sent extends RequestInit {
  readonly isChunked?: boolean;
}

const JSON_HEADERS = { "content-type": "application/json", "x-key": "12345", cookie: "user=ada" };
const patch = (body: string, headers: Record<string, string> = {}) => ({
  method: "PATCH",
  headers: { ...JSON_HEADERS, ...headers },
  body,
});
const upload = (title: string, text?: string) => {
  const body = new FormData();
  body.append("title", title);
  if (text !== undefined) body.append("file", new File([text], "a.txt"));
  return { method: "POST", body };
};
const chunked = (init: RequestInit): Sent => ({ ...init, isChunked: true });

/** What is sent, and the status that both have to answer. */
const REQUESTS: readonly [path: string, init: Sent, status: number][] = [
  ["/users/7", { headers: { cookie: "user=ada" } }, 200],
  ["/users/7", { method: "HEAD", headers: { cookie: "user=ada" } }, 200],
  ["/users/seven", { headers: { cookie: "user=ada" } }, 400],
  ["/users/7", {}, 401],
  ["/users/7", { headers: { cookie: "user=blocked" } }, 307],
  ["/users/7", patch(`{ "name": "Ada" }`), 200],
  ["/users/7?dryRun=yes", patch(`{ "name": "Ada", "tags": ["a"] }`), 200],
  [
    "/users/x?dryRun=maybe",
    patch(`{ "name": "", "tags": [1] }`, { "x-key": "1", cookie: "user=far-too-long-a-name" }),
    400,
  ],
  ["/users/7", patch(`{ "name": `), 400],
  ["/users/7", patch(""), 400],
  ["/users/7", patch(`{ "__proto__": { "name": "Ada" } }`), 400],
  ["/users/7", patch("name=Ada", { "content-type": "application/x-www-form-urlencoded" }), 415],
  ["/users/7", patch(JSON.stringify({ name: "a".repeat(2000) })), 413],
  ["/users/7", chunked(patch(JSON.stringify({ name: "a".repeat(2000) }))), 413],
  ["/users/7", chunked(patch(`{ "name": "Ada" }`)), 200],
  ["/users/7", { method: "DELETE", headers: { cookie: "user=ada" } }, 204],
  ["/users/0", { method: "DELETE", headers: { cookie: "user=ada" } }, 500],
  ["/search?q=a", {}, 200],
  ["/search?q=a&tags=x", {}, 200],
  ["/search?q=a&tags=x&tags=y", {}, 200],
  ["/search?q=a&q=b", {}, 400],
  ["/search", {}, 400],
  ["/upload", upload("Notes", "hello"), 200],
  ["/upload", upload("Notes"), 200],
  ["/upload", { method: "POST", body: new URLSearchParams({ title: "Notes" }) }, 200],
  ["/upload", { method: "POST", body: new URLSearchParams({}) }, 400],
  ["/upload", upload("Notes", "a".repeat(3000)), 413],
  ["/upload", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }, 415],
  ["/note", { method: "PUT", body: "hello" }, 200],
  ["/note", { method: "PUT" }, 200],
  ["/note", { method: "PUT", body: "{}", headers: { "content-type": "application/json" } }, 415],
  ["/note", { method: "POST", body: "hello" }, 200],
  ["/events", { headers: { authorization: "Bearer secret" } }, 200],
  ["/events", { headers: { authorization: "Bearer secrets" } }, 401],
  ["/events", { method: "OPTIONS", headers: { origin: "http://a.test", "access-control-request-method": "GET" } }, 204],
  ["/edge", { method: "POST", headers: JSON_HEADERS, body: `{ "name": "free" }` }, 200],
  ["/edge", { method: "POST", headers: JSON_HEADERS, body: `{ "name": "taken" }` }, 400],
  ["/edge", chunked({ method: "POST", headers: JSON_HEADERS, body: "a".repeat(200) }), 413],
  ["/edge", { method: "PUT", body: new URLSearchParams({ name: "free" }) }, 200],
  ["/edge", { method: "PUT", body: "--x", headers: { "content-type": "multipart/form-data; boundary=y" } }, 400],
];
const HEADERS = ["content-type", "accept", "location", "www-authenticate", "x-user"];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body: string;
}

await using registry = await startRegistry();
await publish(registry);
await using project = await jsrProject(registry, {}, { npm: true });
const { dir } = project;
await installNext(dir, ["zod@4.6.7", STD_PACKAGE]);
await installPackage(dir);
await copy(FIXTURE, dir, { overwrite: true });
await Deno.writeTextFile(join(dir, "tsconfig.json"), JSON.stringify(TSCONFIG));

const ours = await askHere();
let failed = 0;
for (const bundler of ["turbopack", "webpack"] as const) {
  await buildNext(dir, bundler);
  await using server = await startNext(dir);
  failed += compareAll(bundler, await askAll(server.port));
}
await refuseWrongFolder();
Deno.exitCode = failed > 0 ? 1 : 0;

/** The types of Next.js reject a contract that is written for another folder. */
async function refuseWrongFolder(): Promise<void> {
  await Deno.rename(join(dir, "app", "users", "[id]"), join(dir, "app", "users", "[user]"));
  const error: unknown = await buildNext(dir).catch((error) => error);
  const isRefused = error instanceof Error && error.message.includes("RouteHandlerConfig");
  console.log(`a contract for another folder: ${isRefused ? "refused by the types" : `FAILED ${error}`}`);
  if (!isRefused) failed++;
}

async function askHere(): Promise<Answer[]> {
  const args = ["run", "-A", CLI, "start", "--port", "0", "--hostname", "127.0.0.1", "--cache", "memory"];
  await using server = await project.serve(...args);
  const answers = await askAll(Number(new URL(server.origin).port));
  await server.stop();
  return answers;
}

async function askAll(port: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [path, { isChunked = false, ...init }] of REQUESTS) {
    const body = isChunked ? new Blob([init.body as string]).stream() : init.body ?? null;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init, body });
    const headers = Object.fromEntries(HEADERS.map((name) => [name, response.headers.get(name)]));
    answers.push({ status: response.status, headers, body: await response.text() });
  }
  return answers;
}

function compareAll(bundler: string, next: readonly Answer[]): number {
  let failed = 0;
  for (const [index, [path, { method = "GET" }, status]] of REQUESTS.entries()) {
    if (equal(next[index], ours[index]) && ours[index]!.status === status) continue;
    failed++;
    console.log(`FAILED: ${method} ${path}, expected ${status}`);
    console.log(`  next ${JSON.stringify(next[index])}\n  ours ${JSON.stringify(ours[index])}`);
  }
  console.log(`next build --${bundler}: ${REQUESTS.length - failed} equal, ${failed} failed`);
  return failed;
}
