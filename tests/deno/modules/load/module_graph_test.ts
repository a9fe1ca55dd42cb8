import { assertEquals } from "@std/assert";
import { createModuleGraph, type ModuleGraph, removeVersion } from "../../../../src/deno/modules/load/module_graph.ts";
import { seeded } from "../../../helpers/random.ts";

const url = (name: string) => `file:///project/${name}.ts`;
const name = (url: string) => url.slice("file:///project/".length, -".ts".length);
const graphOfProject = () => createModuleGraph((url) => url.startsWith("file:///project/"));

/** Creates a graph from edges `importer>imported`; `cli` is the file outside the project that imports the routes. */
function graphOf(edges: string): ModuleGraph {
  const graph = graphOfProject();
  importAll(graph, edges);
  return graph;
}

function importAll(graph: ModuleGraph, edges: string): void {
  for (const edge of edges.split(" ").filter((edge) => edge !== "")) {
    const [parent = "", child = ""] = edge.split(">");
    const from = parent === "cli" ? "file:///package/cli.ts" : url(parent);
    graph.recordImport(url(child), graph.getVersion(from) === 0 ? from : `${from}?v=${graph.getVersion(from)}`);
  }
}

const namesOf = (urls: Iterable<string>) => [...urls].map(name).sort().join(" ");

type Row = readonly [what: string, edges: string, changed: string, renewed: string];

const CHANGES: readonly Row[] = [
  ["only the changed route", "cli>a cli>b", "a", "a"],
  ["nothing for a file that was not imported", "cli>a a>lib", "other", ""],
  ["a route and its changed import", "cli>a cli>b a>lib", "lib", "a lib"],
  ["all importers of a deep import", "cli>a a>x x>y y>z b>q", "z", "a x y z"],
  ["no imports of the changed file", "cli>a a>x x>y", "x", "a x"],
  ["all importers of a shared file", "cli>a cli>b cli>c a>lib b>lib c>own", "lib", "a b lib"],
  ["both sides of a diamond", "cli>a a>l a>r l>z r>z", "z", "a l r z"],
  ["a cycle", "cli>a a>x x>y y>x", "y", "a x y"],
  ["a cycle through the route", "cli>a a>x x>a b>q", "x", "a x"],
  ["a file that imports itself", "cli>a a>a", "a", "a"],
  ["the importers of two files", "cli>a cli>b a>x b>y cli>c", "x y", "a b x y"],
];

for (const [what, edges, changed, renewed] of CHANGES) {
  Deno.test(`createModuleGraph() reloads ${what}: ${edges}, ${changed} changed`, () => {
    const graph = graphOf(edges);
    assertEquals(namesOf(graph.invalidate(changed.split(" ").map(url))), renewed);
  });
}

Deno.test("createModuleGraph() changes the URL of a reloaded file, and of no other", () => {
  const graph = graphOf("cli>a cli>b a>lib");
  graph.invalidate([url("lib")]);
  const urls = ["a", "lib", "b"].map((name) => graph.recordImport(url(name), "file:///package/cli.ts"));
  assertEquals(urls, [`${url("a")}?v=1`, `${url("lib")}?v=1`, url("b")]);
  graph.invalidate([url("a")]);
  assertEquals(graph.recordImport(url("a"), "file:///package/cli.ts"), `${url("a")}?v=2`);
  assertEquals(graph.recordImport(url("lib"), `${url("a")}?v=2`), `${url("lib")}?v=1`);
});

Deno.test("createModuleGraph() reloads the files of a folder that was created, removed or renamed, and no others", () => {
  const graph = graphOf("cli>app/a/route cli>app/ab/route cli>b app/a/route>lib/x/deep b>lib/y");
  const folder = (path: string) => `file:///project/${path}`;
  assertEquals(namesOf(graph.invalidate([folder("app/a")])), "app/a/route");
  assertEquals(namesOf(graph.invalidate([folder("li")])), "");
  assertEquals(namesOf(graph.invalidate([folder("lib")])), "b lib/x/deep lib/y");
});

Deno.test("createModuleGraph() never reuses a URL", () => {
  const graph = graphOf("cli>a a>lib");
  const seen = new Set([url("a")]);
  for (let round = 1; round <= 50; round++) {
    graph.invalidate([url(round % 2 === 0 ? "a" : "lib")]);
    importAll(graph, "cli>a a>lib");
    seen.add(graph.recordImport(url("a"), "file:///package/cli.ts"));
    assertEquals(seen.size, round + 1);
  }
});

Deno.test("createModuleGraph() forgets an import that a new version no longer has", () => {
  const graph = graphOf("cli>a a>x a>y");
  graph.invalidate([url("a")]);
  importAll(graph, "cli>a a>y");
  assertEquals([namesOf(graph.invalidate([url("x")])), namesOf(graph.invalidate([url("y")]))], ["x", "a y"]);
});

Deno.test("createModuleGraph() records a late import by a handler", () => {
  const graph = graphOf("cli>a");
  graph.recordSuccess(url("a"));
  assertEquals(namesOf(graph.invalidate([url("lazy")])), "");
  importAll(graph, "a>lazy lazy>deep");
  assertEquals(namesOf(graph.invalidate([url("deep")])), "a deep lazy");
});

Deno.test("createModuleGraph() ignores files outside the project", () => {
  const graph = graphOf("cli>a");
  const foreign = ["file:///package/mod.ts", "npm:hono@4", "node:fs", "https://x.test/a.ts?v=1"];
  for (const url of foreign) assertEquals(graph.recordImport(url, "file:///project/a.ts"), url);
  assertEquals(graph.invalidate(foreign).size, 0);
});

Deno.test("createModuleGraph() retries everything that a failed import reached on any change, except loaded files", () => {
  const graph = graphOf("cli>good good>pool cli>bad bad>pool bad>broken broken>deep");
  graph.recordSuccess(url("good"));
  graph.recordFailure(url("bad"));
  assertEquals(namesOf(graph.invalidate([])), "bad broken deep");
  assertEquals([graph.getVersion(url("good")), graph.getVersion(url("pool"))], [0, 0]);
  // The imports of the new version are unknown until it is imported.
  assertEquals(namesOf(graph.invalidate([])), "");
});

Deno.test("createModuleGraph() does not retry a file that failed once and was imported since", () => {
  const graph = graphOf("cli>a a>x");
  graph.recordFailure(url("a"));
  graph.invalidate([]);
  importAll(graph, "cli>a a>x");
  graph.recordSuccess(url("a"));
  assertEquals(namesOf(graph.invalidate([])), "");
});

Deno.test("createModuleGraph() reloads the importer of a missing file when the file is created", () => {
  const graph = graphOf("cli>a");
  graph.recordFailure(url("a"));
  assertEquals(namesOf(graph.invalidate([url("new")])), "a");
});

Deno.test("createModuleGraph() reloads exactly the files that reach a changed one, in 200 random projects", () => {
  const random = seeded(7);
  for (let round = 0; round < 200; round++) {
    const pick = () => `f${Math.floor(random() * 12)}`;
    const edges = Array.from({ length: 20 }, () => [pick(), pick()] as const);
    const graph = graphOf(["cli>f0", ...edges.map(([from, to]) => `${from}>${to}`)].join(" "));
    const changed = edges[0]![1];
    const reaching = new Set([changed]);
    for (const at of reaching) for (const [from, to] of edges) if (to === at) reaching.add(from);
    assertEquals(namesOf(graph.invalidate([url(changed)])), [...reaching].sort().join(" "));
  }
});

for (
  const [versioned, bare] of [
    ["file:///a.ts?v=12", "file:///a.ts"],
    ["file:///a.ts", "file:///a.ts"],
    ["file:///a.ts?v=", "file:///a.ts?v="],
    ["file:///a.ts?x=1", "file:///a.ts?x=1"],
  ] as const
) Deno.test(`removeVersion(${versioned}) is ${bare}`, () => assertEquals(removeVersion(versioned), bare));
