import { assertStringIncludes } from "@std/assert";
import { createRouteTypes } from "../../src/codegen/route_types.ts";
import { createManifest } from "../../mod.ts";

Deno.test("createRouteTypes() writes the params of each kind of segment", () => {
  const files = [
    "route.ts",
    "a/[id]/route.ts",
    "b/[...path]/route.ts",
    "c/[[...rest]]/route.ts",
    `d/[a]/x/[b-c]/route.ts`,
  ];
  const text = createRouteTypes(createManifest(files), {
    "next/headers": { specifier: "jsr:@x/routes@^0.1.0/headers" },
  });
  for (
    const line of [
      `  "/": {};`,
      `  "/a/[id]": { "id": string };`,
      `  "/b/[...path]": { "path": string[] };`,
      `  "/c/[[...rest]]": { "rest"?: string[] };`,
      `  "/d/[a]/x/[b-c]": { "a": string; "b-c": string };`,
      `declare module "next/headers" {\n  export * from "jsr:@x/routes@^0.1.0/headers";\n}`,
    ]
  ) assertStringIncludes(text, line);
});

Deno.test("createRouteTypes() creates a declaration file without routes", () => {
  assertStringIncludes(createRouteTypes(createManifest([]), {}), "type AppRoutes = never;");
});
