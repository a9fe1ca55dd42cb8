import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { createManifest, RouteManifestError } from "../../src/routing/manifest.ts";
import { RouteNameError } from "../../src/routing/pattern.ts";
import { CONFLICTS, manyFiles, MATCHES, NAMES, WARNINGS, WRONG_NAMES } from "./cases.ts";

Deno.test("createManifest() of no files has no routes", () => {
  assertEquals(createManifest([]), { version: 1, routes: [], warnings: [] });
});

Deno.test("createManifest() lists the routes by id, with files named below the app folder", () => {
  assertEquals(createManifest(new Set(["users/[id]/route.ts", "(z)/about/route.ts", "route.ts"]), "src/app"), {
    version: 1,
    routes: [
      { id: "/", file: "src/app/route.ts", segments: [] },
      { id: "/about", file: "src/app/(z)/about/route.ts", segments: [{ kind: "static", value: "about" }] },
      {
        id: "/users/[id]",
        file: "src/app/users/[id]/route.ts",
        segments: [{ kind: "static", value: "users" }, { kind: "dynamic", name: "id" }],
      },
    ],
    warnings: [],
  });
});

Deno.test("createManifest() names files as given when there is no app folder", () => {
  assertStrictEquals(createManifest(["a/route.ts"]).routes[0]?.file, "a/route.ts");
});

for (const { file, id, segments } of NAMES) {
  Deno.test(`createManifest() has one route for ${JSON.stringify(file)}`, () => {
    assertEquals(createManifest([file]).routes, [{ id, file, segments }]);
  });
}

for (const { files, message } of CONFLICTS) {
  for (const order of [files, files.toReversed()]) {
    Deno.test(`createManifest() rejects ${order.join(" next to ")}`, () => {
      const error = assertThrows(() => createManifest(order), RouteManifestError);
      assertStrictEquals(error.message, message);
      assertEquals(error.errors.length, 1);
      assertInstanceOf(error.errors[0], SyntaxError);
    });
  }
}

for (const { title, files } of MATCHES) {
  Deno.test(`createManifest() accepts the files of "${title}" and does not depend on their order`, () => {
    const manifest = createManifest(files, "app");
    assertEquals(createManifest(files.toReversed(), "app"), manifest);
    assertEquals(manifest.routes.length, files.length);
    assertEquals(JSON.parse(JSON.stringify(manifest)), manifest);
  });
}

Deno.test("createManifest() reports every invalid file and every conflict at once, invalid names first", () => {
  const error = assertThrows(
    () =>
      createManifest([
        "b/[id/route.ts",
        "users/[id]/route.ts",
        "users/[slug]/route.ts",
        "a/[]/route.ts",
        "(x)/c/route.ts",
        "c/route.ts",
      ], "app"),
    RouteManifestError,
  );
  assertEquals(error.message.split("\n"), [
    'Cannot parse route "app/a/[]/route.ts": "[]" has no param name, rename the folder to "[slug]"',
    'Cannot parse route "app/b/[id/route.ts": "[" is never closed, rename the folder to "[id]"',
    'Cannot serve both "app/c/route.ts" and "app/(x)/c/route.ts": both answer "/c", remove or move one',
    'Cannot serve both "app/users/[slug]/route.ts" and "app/users/[id]/route.ts": "[slug]" and "[id]" are at the same path position, use the same param name for both',
  ]);
  assertEquals(error.errors.map((one) => one instanceof RouteNameError), [true, true, false, false]);
});

Deno.test("createManifest() reports every invalid name of the table in one error", () => {
  const error = assertThrows(() => createManifest(WRONG_NAMES.map(({ file }) => file)), RouteManifestError);
  assertEquals(error.errors.length, WRONG_NAMES.length);
});

Deno.test("createManifest() reports a conflict of three files twice", () => {
  const error = assertThrows(
    () => createManifest(["(a)/x/route.ts", "(b)/x/route.ts", "(c)/x/route.ts"]),
    RouteManifestError,
  );
  assertEquals(error.message.split("\n"), [
    'Cannot serve both "(b)/x/route.ts" and "(a)/x/route.ts": both answer "/x", remove or move one',
    'Cannot serve both "(c)/x/route.ts" and "(a)/x/route.ts": both answer "/x", remove or move one',
  ]);
});

Deno.test("createManifest() keeps the warnings of all files, in the order of the files", () => {
  const manifest = createManifest(WARNINGS.map(({ file }) => file));
  assertEquals(manifest.warnings.length, WARNINGS.length);
  assertEquals(manifest.warnings.toSorted(), WARNINGS.map(({ warning }) => warning).toSorted());
  assertEquals(manifest.routes.map(({ id }) => id), WARNINGS.map(({ id }) => id).toSorted());
});

Deno.test("createManifest() accepts the same names in different folders", () => {
  const { routes } = createManifest(["a/[id]/route.ts", "b/[slug]/route.ts", "a/X/route.ts", "b/x/route.ts"]);
  assertEquals(routes.map(({ id }) => id), ["/a/X", "/a/[id]", "/b/[slug]", "/b/x"]);
});

Deno.test("createManifest() accepts folders named like inherited properties of objects", () => {
  const files = ["constructor/route.ts", "toString/[__proto__]/route.ts", "%5F_proto__/polluted/route.ts"];
  assertEquals(createManifest(files).routes.map(({ id }) => id), [
    "/%5F_proto__/polluted",
    "/constructor",
    "/toString/[__proto__]",
  ]);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("createManifest() accepts ten thousand files", () => {
  assertEquals(createManifest(manyFiles(10_000)).routes.length, 10_000);
});

Deno.test("RouteManifestError is an AggregateError with its own name", () => {
  const error = new RouteManifestError([new Error("a")], "b");
  assertInstanceOf(error, AggregateError);
  assertStrictEquals(String(error), "RouteManifestError: b");
});
