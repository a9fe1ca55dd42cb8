import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { IGNORE_NPM } from "../../../helpers/packages.ts";

Deno.test("the copy of acorn is verbatim", { ignore: IGNORE_NPM }, async () => {
  const script = fromFileUrl(new URL("../../../../.ci/vendor_acorn.ts", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, "--check"] }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});
