import { assertStrictEquals } from "@std/assert";
import { URLPattern } from "../../src/server.ts";

Deno.test("URLPattern is the platform's", () => {
  assertStrictEquals(URLPattern, globalThis.URLPattern);
});
