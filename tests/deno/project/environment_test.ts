import { assertEquals } from "@std/assert";
import { environment } from "../../../src/deno/project/environment.ts";

Deno.test("environment() reads a variable, and treats an empty one as missing", () => {
  Deno.env.set("ROUTES_TEST_SET", "1");
  Deno.env.set("ROUTES_TEST_EMPTY", "");
  const names = ["ROUTES_TEST_SET", "ROUTES_TEST_EMPTY", "ROUTES_TEST_NOT_SET"];
  assertEquals(names.map(environment), ["1", undefined, undefined]);
});

Deno.test({
  name: "environment() does not prompt for permission",
  permissions: { env: false },
  fn: () => assertEquals(environment("PATH"), undefined),
});
