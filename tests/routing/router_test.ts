import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { createManifest, type RouteEntry } from "../../src/routing/manifest.ts";
import { createRouter, type RouteMatch } from "../../src/routing/router.ts";
import { manyFiles, MATCHES, NAMES } from "./cases.ts";

function routesOf(files: Iterable<string>): readonly RouteEntry[] {
  return createManifest(files).routes;
}

/** Returns the params as pairs, whatever their names are. */
function pairs({ params }: RouteMatch): [string, string | string[]][] | undefined {
  return params && Object.entries(params);
}

for (const { title, files, requests } of MATCHES) {
  Deno.test(`match() finds ${title}`, async (t) => {
    const routes = routesOf(files);
    const routers = [createRouter(routes), createRouter(routes.toReversed())];
    for (const [path, id, params] of requests) {
      await t.step(`${path} is ${id}`, () => {
        for (const router of routers) {
          const match = router.match(path);
          assertStrictEquals(match?.route.id ?? null, id);
          if (match !== null) assertEquals(pairs(match), params as [string, string | string[]][] | undefined);
        }
      });
    }
  });
}

for (const { file, id, segments } of NAMES) {
  if (segments.some(({ kind }) => kind !== "static")) continue;
  Deno.test(`match() reaches the folder of ${JSON.stringify(file)} by its canonical path`, () => {
    const path = "/" + segments.map((segment) => segment.kind === "static" ? segment.value : "").join("/");
    assertStrictEquals(createRouter(routesOf([file])).match(path)?.route.id, id);
  });
}

Deno.test("match() of a router without routes is null", () => {
  const router = createRouter([]);
  for (const path of ["/", "/a", "/a/b", ""]) assertStrictEquals(router.match(path), null);
});

Deno.test("match() returns the same entry that the router was created with", () => {
  const [first, second] = routesOf(["a/route.ts", "b/[id]/route.ts"]).map((route) => ({
    ...route,
    load: () => route.id,
  }));
  assert(first !== undefined && second !== undefined);
  const router = createRouter([first, second]);
  assertStrictEquals(router.match("/a")?.route, first);
  assertStrictEquals(router.match("/b/1")?.route, second);
  assertStrictEquals(router.match("/b/1")?.route.load(), "/b/[id]");
});

Deno.test("match() works on a manifest that went through JSON", () => {
  const { routes } = JSON.parse(JSON.stringify(createManifest(["users/[id]/route.ts"]))) as {
    routes: RouteEntry[];
  };
  assertEquals({ ...createRouter(routes).match("/users/7")?.params }, { id: "7" });
});

Deno.test("match() returns new params for every call", () => {
  const router = createRouter(routesOf(["[id]/route.ts", "c/[...all]/route.ts"]));
  const first = router.match("/1")?.params;
  const second = router.match("/2")?.params;
  assertEquals([{ ...first }, { ...second }], [{ id: "1" }, { id: "2" }]);
  const before = router.match("/c/x")?.params;
  router.match("/c/y/z");
  assertEquals({ ...before }, { all: ["x"] });
});

Deno.test("match() returns params without inherited names", () => {
  const params = createRouter(routesOf(["[id]/route.ts"])).match("/1")?.params;
  assert(params !== undefined);
  for (const name of ["constructor", "toString", "hasOwnProperty", "valueOf", "__proto__"]) {
    assertStrictEquals(params[name], undefined, name);
    assertFalse(name in params, name);
  }
  assertEquals(JSON.stringify(params), '{"id":"1"}');
  assertEquals({ ...params }, { id: "1" });
});

Deno.test("match() keeps a param named __proto__ as a plain property and pollutes nothing", () => {
  const params = createRouter(routesOf(["[__proto__]/[...constructor]/route.ts"])).match("/x/y/z")?.params;
  assert(params !== undefined);
  assertEquals(Object.keys(params), ["__proto__", "constructor"]);
  assertStrictEquals(params.__proto__, "x");
  assertStrictEquals(Reflect.get({}, "x"), undefined);
  assertStrictEquals(Object.getPrototypeOf({}), Object.prototype);
  assertStrictEquals(createRouter(routesOf(["[id]/route.ts"])).match("/1")?.params?.__proto__, undefined);
});

Deno.test("match() has no key for an empty optional catch-all", () => {
  const params = createRouter(routesOf(["[[...rest]]/route.ts"])).match("/")?.params;
  assert(params !== undefined);
  assertFalse("rest" in params);
});

Deno.test("match() has no params for a static route", () => {
  assertStrictEquals(createRouter(routesOf(["a/route.ts"])).match("/a")?.params, undefined);
});

for (const count of [10, 1_000, 10_000]) {
  Deno.test(`match() finds every one of ${count} routes`, () => {
    const files = manyFiles(count);
    const router = createRouter(routesOf(files));
    for (const file of files) {
      const id = "/" + file.slice(0, -"/route.ts".length);
      const path = id.replace("[id]", "7").replace("[...rest]", "a/b/c");
      assertStrictEquals(router.match(path)?.route.id, id);
    }
    assertStrictEquals(router.match("/none"), null);
    assertStrictEquals(router.match("/r0/7/none"), null);
  });
}

Deno.test("match() backtracks from a hundred segments that lead nowhere", () => {
  const deep = "a/".repeat(100);
  const router = createRouter(routesOf([`${deep}end/route.ts`, "[...all]/route.ts"]));
  assertStrictEquals(router.match(`/${deep}end`)?.route.id, `/${deep}end`);
  const match = router.match(`/${deep}other`);
  assertStrictEquals(match?.route.id, "/[...all]");
  assertEquals(match?.params?.all?.length, 101);
});

Deno.test("match() returns no param of an earlier match", () => {
  const router = createRouter(routesOf(["shop/[[...rest]]/route.ts", "[a]/[b]/[c]/route.ts"]));
  const paths = ["/x/y/z", "/shop", "/shop/1/2", "/shop", "/u/v/w", "/shop/3"];
  const params = paths.map((path) => ({ ...router.match(path)?.params }));
  assertEquals(params, [{ a: "x", b: "y", c: "z" }, {}, { rest: ["1", "2"] }, {}, { a: "u", b: "v", c: "w" }, {
    rest: ["3"],
  }]);
});
