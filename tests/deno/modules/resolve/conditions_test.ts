import { assertEquals, assertStrictEquals } from "@std/assert";
import { type ConditionOptions, createConditions } from "../../../../src/deno/modules/resolve/conditions.ts";

const CASES: readonly (readonly [
  what: string,
  options: ConditionOptions,
  ask: readonly [mode: "import" | "require", name: string | undefined],
  held: readonly string[],
])[] = [
  ["an import", {}, ["import", "zod"], ["import", "node", "production", "react-server"]],
  ["a require()", {}, ["require", "zod"], ["node", "production", "react-server", "require"]],
  ["development", { isDevelopment: true }, ["import", "zod"], ["development", "import", "node", "react-server"]],
  ["a package without name", {}, ["import", undefined], ["import", "node", "production", "react-server"]],
  ["React", {}, ["import", "react"], ["import", "node", "production"]],
  ["React's renderers", {}, ["require", "react-dom"], ["node", "production", "require"]],
  ["more conditions", { custom: ["acme"] }, ["import", "react"], ["acme", "import", "node", "production"]],
];

for (const [what, options, ask, held] of CASES) {
  Deno.test(`createConditions() sets those of ${what}`, () => {
    assertEquals([...createConditions(options).getConditions(...ask)].sort(), [...held]);
  });
}

const NEVER = ["deno", "worker", "workerd", "browser", "edge-light", "module-sync", "module", "bun", "default"];

Deno.test(`createConditions() never sets ${NEVER.join(", ")}`, () => {
  for (const mode of ["import", "require"] as const) {
    for (const name of ["zod", "react"]) {
      const held = createConditions({ isDevelopment: true }).getConditions(mode, name);
      assertEquals(NEVER.filter((condition) => held.has(condition)), []);
    }
  }
});

Deno.test("createConditions() returns the same set for the same arguments", () => {
  const conditions = createConditions();
  assertStrictEquals(conditions.getConditions("import", "a"), conditions.getConditions("import", "b"));
});
