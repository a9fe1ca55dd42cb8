import { assertEquals } from "@std/assert";
import { IGNORE_NODE, runOnNode } from "../helpers/node.ts";

/** A contract with a handler whose second response is invalid. */
const SCRIPT = `
const { Problem, route, text } = await import(process.argv[1]);
const POST = route({ body: text(), maxBody: 8, responses: { 200: Problem } }, (_request, { body }) =>
  Response.json(body === "good" ? { type: "about:blank", title: "x", status: 200 } : {}));
const send = async (body) => {
  const request = new Request("http://localhost/", { method: "POST", body });
  return await POST(request).then(({ status }) => status, ({ message }) => message.slice(0, 72));
};
console.log(JSON.stringify([await send("good"), await send("bad"), await send("too large")]));
`;
const DIFFERENCE = "Cannot answer POST request: its response 200 does not match the contract";

for (const [mode, expected] of [["development", DIFFERENCE], ["test", DIFFERENCE], ["production", 200], ["", 200]]) {
  Deno.test({
    name: `on Node, an invalid response gives ${expected === 200 ? 200 : "an error"} if NODE_ENV is "${mode}"`,
    ignore: IGNORE_NODE,
    async fn() {
      assertEquals(await runOnNode(["route.ts"], SCRIPT, { NODE_ENV: `${mode}` }), [200, expected, 413]);
    },
  });
}
