/**
 * The project of `tests/fixtures/packages` with its npm packages, which npm installs once, and which are kept in the
 * folder of temporary files for the next run.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { exists, expandGlob } from "@std/fs";
import { fromFileUrl, join, relative } from "@std/path";
import { CLI, jsrProject } from "./jsr_project.ts";
import { once, onceFolder } from "./once.ts";
import { publish, type Registry, startRegistry } from "./registry.ts";

const FIXTURE = fromFileUrl(new URL("../fixtures/packages/", import.meta.url));
const MANIFEST = await Deno.readTextFile(join(FIXTURE, "package.json"));
/** The packages that only a project with Next.js installed has. */
const NEXT = ["next", "react", "react-dom"];
/** The routes that need React. */
const WITH_REACT = /^src\/app\/api\/(?:email|intl|og)\//;
/** The arguments of npm; `--omit=optional` omits the compilers of Next.js, which are not used here. */
const NPM_FLAGS = ["--legacy-peer-deps", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"];

/** Files that no server reads, which are more than half of all files. */
const UNUSED = String.raw`.*\.\(map\|md\|mdx\|d\.[mc]?ts\)`;

/** The folder of the packages: one for each manifest. */
const KEY = MANIFEST + NPM_FLAGS;
const INSTALLED = await onceFolder("routes_packages", KEY);

/** The reason why the packages cannot be installed; `undefined` if they can. */
const NO_NPM: string | undefined = await exists(INSTALLED) ? undefined : await absence();

/** Whether tests with npm packages are ignored; in CI they fail instead. */
export const IGNORE_NPM: boolean = NO_NPM !== undefined && !Deno.env.get("CI");

if (IGNORE_NPM) console.log(`Tests with npm packages are ignored: ${NO_NPM}`);

/** The project, ready to serve; its folder is removed at the end. */
export interface PackagesProject extends AsyncDisposable {
  /** Starts a server; stop it with `stop()`, which also checks it. */
  serve(...flags: string[]): Promise<PackagesServer>;
  /** Writes a file of the project. */
  write(path: string, text: string): Promise<void>;
}

/** A running server. */
export interface PackagesServer extends AsyncDisposable {
  /** `http://localhost:PORT` */
  readonly origin: string;
  /** Creates a client without cookies. */
  client(headers?: Readonly<Record<string, string>>): Client;
  /** Stops it, and checks that it exits with 0 and has printed no errors. */
  stop(): Promise<void>;
}

/**
 * Creates the project in its own folder.
 *
 * @param withNext Whether the real Next.js is among the packages.
 */
async function packagesProject(registry: Registry, withNext: boolean): Promise<PackagesProject> {
  const name = withNext ? "routes_packages_with_next" : "routes_packages_without_next";
  const modules = await once(name, KEY + UNUSED, async (dir) => {
    await linkFiles(await once("routes_packages", KEY, install), dir);
    await run("find", [dir, "-type", "f", "-regex", UNUSED, "-delete"]);
    if (withNext) return;
    for (const name of [...NEXT, "@next"]) await Deno.remove(join(dir, "node_modules", name), { recursive: true });
  });
  const project = await jsrProject(registry, await fixtureFiles(withNext));
  await linkFiles(modules, project.dir);
  return {
    async serve(...flags) {
      const { origin, stop } = await project.serve("run", "-A", CLI, "start", "--port", "0", ...flags);
      return {
        origin,
        client: (headers) => createClient(origin, headers),
        async stop() {
          const { code, stderr } = await stop();
          assertEquals({ code, stderr: stderr.replace(/^Download .*\n/gm, "") }, { code: 0, stderr: "" });
        },
        // Not with SIGKILL: the command line has to stop the process that it started in the project.
        [Symbol.asyncDispose]: async () => void await stop(),
      };
    },
    write: (path, text) => Deno.writeTextFile(join(project.dir, path), text),
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

/** The projects, with and without Next.js; this package's `next/server` must take precedence in both. */
export const VARIANTS = ["without next", "with next"] as const;

/** Options of a test. */
export interface PackageTestOptions {
  /** The projects in which it runs; default: without Next.js. */
  readonly variants?: readonly (typeof VARIANTS)[number][];
  /** Headers that its client always sends. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tests that share the servers of a file. */
export interface PackageSuite {
  /** Registers a test with a client without cookies. */
  test(name: string, run: (client: Client, origin: string) => Promise<void>, options?: PackageTestOptions): void;
  /** Registers a test that starts a server itself. */
  testAlone(name: string, run: (project: PackagesProject) => Promise<void>): void;
}

/** Lets the tests of a file share a registry, two projects and their servers, which must print no errors. */
export function packageSuite(): PackageSuite {
  const stack = new AsyncDisposableStack();
  const asked = new Set<string>(["without next"]);
  const projects = new Map<string, PackagesProject>();
  const servers = new Map<string, PackagesServer>();
  Deno.test.beforeAll(async () => {
    if (IGNORE_NPM) return;
    const registry = stack.use(await startRegistry());
    await publish(registry);
    for (const variant of asked) {
      const project = stack.use(await packagesProject(registry, variant === "with next"));
      projects.set(variant, project);
      servers.set(variant, stack.use(await project.serve()));
    }
  });
  Deno.test.afterAll(async () => {
    await using _all = stack;
    for (const server of servers.values()) await server.stop();
  });
  return {
    test(name, run, { variants = ["without next"], headers = {} } = {}) {
      for (const variant of variants) {
        asked.add(variant);
        const title = variants.length > 1 ? `${name}, ${variant}` : name;
        Deno.test({ name: title, ignore: IGNORE_NPM }, async () => {
          const { origin, client } = servers.get(variant)!;
          await run(client({ origin, ...headers }), origin);
        });
      }
    },
    testAlone(name, run) {
      Deno.test({ name, ignore: IGNORE_NPM }, () => run(projects.get("without next")!));
    },
  };
}

/** A request and the expected response. */
export interface Exchange {
  /** `POST /api/users` */
  readonly send: string;
  /** Headers of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Its body. */
  readonly json?: unknown;
  /** Its body, as sent by a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** The status, and the location or the body: `303 /home`, `200 {}`. */
  readonly gives: string | RegExp;
}

/** A minimal browser: it stores cookies, and follows no redirects. */
export interface Client {
  /** Its cookies. */
  readonly cookies: ReadonlyMap<string, string>;
  /** Sends a request. */
  fetch(exchange: Omit<Exchange, "gives">): Promise<Response>;
  /** Sends requests in order, and checks the responses. */
  check(...exchanges: readonly Exchange[]): Promise<void>;
}

function createClient(origin: string, always: Readonly<Record<string, string>> = {}): Client {
  const cookies = new Map<string, string>();
  const client: Client = {
    cookies,
    async fetch({ send, headers = {}, json, form }) {
      const [method = "", path] = send.split(" ", 2);
      const init = new Headers({ ...always, ...headers });
      if (cookies.size > 0) init.append("cookie", Array.from(cookies, (pair) => pair.join("=")).join("; "));
      if (json !== undefined && !init.has("content-type")) init.set("content-type", "application/json");
      // As browsers send it; `fetch` adds a charset, with which Next.js does not accept it as a form.
      if (form !== undefined) init.set("content-type", "application/x-www-form-urlencoded");
      const body = form !== undefined
        ? `${new URLSearchParams(form)}`
        : json !== undefined
        ? JSON.stringify(json)
        : null;
      const response = await fetch(origin + path, { method, headers: init, body, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/;\s*max-age=0/i.test(line) || value === "") cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
    async check(...exchanges) {
      for (const exchange of exchanges) {
        const response = await client.fetch(exchange);
        const body = await response.text();
        const location = response.headers.get("location")?.replaceAll(origin, "");
        const answer = `${response.status} ${location ?? body}`;
        if (typeof exchange.gives === "string") assertEquals(answer, exchange.gives, exchange.send);
        else assertMatch(answer, exchange.gives, exchange.send);
      }
    },
  };
  return client;
}

/** Returns the signature of a JSON body as webhooks send it, with the signed prefix. */
export async function hmac(secret: string, value: unknown, before = ""): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const bytes = await crypto.subtle.sign("HMAC", key, encoder.encode(before + JSON.stringify(value)));
  return `hmac-sha256=${new Uint8Array(bytes).toHex()}`;
}

/** Copies the project from git; without Next.js, its manifest does not name it either. */
async function fixtureFiles(withNext: boolean): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { path } of expandGlob("**/*", { root: FIXTURE, includeDirs: false })) {
    const name = relative(FIXTURE, path).replaceAll("\\", "/");
    if (withNext || !WITH_REACT.test(name)) files[name] = await Deno.readTextFile(path);
  }
  if (withNext) return files;
  const { dependencies, ...rest } = JSON.parse(MANIFEST) as { dependencies: Record<string, string> };
  const others = Object.entries(dependencies).filter(([name]) => !NEXT.includes(name));
  return { ...files, "package.json": JSON.stringify({ ...rest, dependencies: Object.fromEntries(others) }) };
}

async function install(dir: string): Promise<void> {
  if (NO_NPM !== undefined) throw new Error(`Cannot install the npm packages: ${NO_NPM}`);
  await Deno.writeTextFile(join(dir, "package.json"), MANIFEST);
  await run("npm", ["install", ...NPM_FLAGS], dir);
}

/** Links the files of `node_modules`, not the folders: packages must find each other by the project's own path. */
async function linkFiles(from: string, to: string): Promise<void> {
  await run("cp", ["-al", join(from, "node_modules"), to]);
}

async function absence(): Promise<string | undefined> {
  try {
    await run("npm", ["ping", "--fetch-retries=0", "--fetch-timeout=5000"]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "no npm is on PATH";
    return `the npm registry does not answer "npm ping"`;
  }
}

async function run(name: string, args: readonly string[], cwd?: string): Promise<void> {
  const command = new Deno.Command(name, { args: [...args], stdout: "null", stderr: "piped", ...(cwd ? { cwd } : {}) });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot run "${name} ${args.join(" ")}": ${new TextDecoder().decode(stderr)}`);
}
