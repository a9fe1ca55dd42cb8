/**
 * Fails on an import that the diagram in CONTRIBUTING.md does not allow.
 *
 *     deno run -R .ci/check_layers.ts [dir]
 */
import { dirname, join, relative } from "@std/path";

/** Which folders or files of `src/` a folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  log: [],
  // Runs in Next.js too, so it has nothing that needs Deno or the server.
  contract: ["http/byte_queue.ts", "http/byte_size.ts", "http/cookie_codec.ts"],
  // Runs in Next.js too: of the server, only types and what asks for the scope of the request.
  middleware: [
    "contract",
    "log",
    "cache/rate_limit.ts",
    "cache/stores/memory_limits.ts",
    "http/control_flow.ts",
    "http/header_text.ts",
    "http/ip_address.ts",
    "scope/current_scope.ts",
    "scope/dynamic_access.ts",
  ],
  response: [
    "contract",
    "log",
    "http/content_type.ts",
    "http/file_part.ts",
    "http/representation.ts",
    "http/websocket.ts",
    "scope/current_scope.ts",
  ],
  // Runs in browsers.
  client: ["contract", "http/method.ts"],
  testing: ["client", "handler", "scope", "http", "cache"],
  openapi: ["contract", "routing", "http/byte_size.ts"],
  routing: [],
  http: [],
  cache: ["http", "log", "routing/canonical_path.ts"],
  cron: ["cache", "log"],
  scope: ["http", "cache", "log"],
  use_cache: ["scope", "http", "cache", "log"],
  handler: ["contract", "use_cache", "scope", "http", "cache", "cron", "routing", "log"],
  next: ["handler", "scope", "http", "log"],
  codegen: ["routing"],
  deno: [
    "contract",
    "handler",
    "use_cache",
    "scope",
    "http",
    "cache",
    "cron",
    "routing",
    "openapi",
    "codegen",
    "next",
    "entry points",
    "log",
  ],
  "entry points": [
    "handler",
    "use_cache",
    "scope",
    "http",
    "cache",
    "contract",
    "client",
    "testing",
    "middleware",
    "response",
    "routing",
    "codegen",
    "next",
  ],
};
/** The same for the folders of `src/deno`, from the bottom up. */
const MAY_IMPORT_IN_DENO: Readonly<Record<string, readonly string[]>> = {
  "modules/source": [],
  "modules/resolve": ["modules/source"],
  "modules/next": ["modules/resolve", "modules/source"],
  "modules/load": ["modules/next", "modules/resolve", "modules/source"],
  project: [],
  process: ["project"],
  openapi: ["project"],
  server: ["openapi", "process", "project"],
  "dev/page": [],
  dev: ["dev/page", "server", "openapi", "process", "project"],
  build: ["server", "process", "project"],
  flat_types: ["project"],
  commands: ["flat_types", "dev", "build", "server", "openapi", "process", "project"],
};
const HOST_FOLDERS = ["deno", "cache/stores"];
const IMPORT = /^\s*(?:import|export)\b[^;"']*?["'](\.{1,2}\/[^"']+)["']|\bimport\(\s*["'](\.{1,2}\/[^"']+)["']/gm;

const root = Deno.args[0] ?? ".";
const exported = new Set(Object.values(JSON.parse(await Deno.readTextFile(join(root, "deno.json"))).exports));
const imports = new Map<string, string[]>();
const problems: string[] = [];

for (const file of ["mod.ts", "cli.ts", ...await sources("src")]) {
  const text = await Deno.readTextFile(join(root, file));
  const found = [...text.matchAll(IMPORT)].map(([, first, second]) => join(dirname(file), first ?? second ?? ""));
  imports.set(file, found.filter((target) => target.endsWith(".ts")));
  for (const target of imports.get(file)!) check(file, target);
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\[\s\S])*`/gm, "");
  const onHost = HOST_FOLDERS.some((folder) => file.startsWith(`src/${folder}/`)) || !file.startsWith("src/");
  if (!onHost && /(?<![.\w])Deno\.[a-z]/.test(code)) problems.push(`${file} uses Deno, which only src/deno/ may`);
  if (/^src\/[^/]+$/.test(file) && !exported.has(`./${file}`)) {
    problems.push(`${file} is an entry point without an export`);
  }
}
for (const file of imports.keys()) findCycle([file]);

for (const problem of new Set(problems)) console.error(problem);
if (problems.length > 0) Deno.exit(1);
console.log(`Layers hold in ${imports.size} files.`);

function check(file: string, target: string): void {
  if (!file.startsWith("src/")) {
    if (file === "cli.ts" && !/^(?:src\/(?:deno|log)\/|deno\.json)/.test(target)) {
      problems.push(`cli.ts imports ${target}`);
    }
    return;
  }
  const from = getLayer(file), to = getLayer(target);
  if (!target.startsWith("src/")) problems.push(`${file} leaves src/ for ${target}`);
  else if (from !== to && !MAY_IMPORT[from]?.some((allowed) => allowed === to || `src/${allowed}` === target)) {
    problems.push(`${file} (${from}) imports ${target} (${to})`);
  }
  if (from === "deno" && to === "deno") checkInDeno(file, target);
}

function checkInDeno(file: string, target: string): void {
  const [from, to] = [file, target].map((path) => dirname(path).slice("src/deno/".length)) as [string, string];
  const allowed = MAY_IMPORT_IN_DENO[from];
  // All folders except those of modules/ may import from it.
  const isAllowed = from === to || to === "modules" || allowed?.includes(to) ||
    (to.startsWith("modules/") && !from.startsWith("modules"));
  if (allowed === undefined && from !== "modules") {
    problems.push(`${file} is in a folder that has no place in the order`);
  } else if (!isAllowed) problems.push(`${file} (deno/${from}) imports ${target} (deno/${to})`);
}

function getLayer(file: string): string {
  const [, folder, below] = file.split("/");
  return below === undefined ? "entry points" : folder!;
}

function findCycle(path: string[]): void {
  for (const next of imports.get(path.at(-1)!) ?? []) {
    if (next === path[0]) problems.push(`Imports go in a circle: ${[...path, next].join(" -> ")}`);
    else if (!path.includes(next) && path.length < 30) findCycle([...path, next]);
  }
}

async function sources(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(join(root, dir))) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) found.push(...await sources(path));
    else if (path.endsWith(".ts")) found.push(relative(".", path));
  }
  return found.sort();
}
