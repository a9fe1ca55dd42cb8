import { assertEquals } from "@std/assert";
import { IGNORE_NODE, runOnNode } from "../helpers/node.ts";

const ENTRIES = ["middleware.ts", "response.ts", "route.ts"];

/** The middleware of a project with Next.js, which runs on Node. */
const SCRIPT = `
const { bearerAuth, cors, download, eventStream, rateLimit, route, secureHeaders, timeout, upgrade } = await import(process.argv[1]);
const key = (request) => request.headers.get("authorization");
const use = [cors({ origin: ["https://a.test"] }), secureHeaders(), timeout(60000), rateLimit({ limit: 1, window: 60, key }), bearerAuth({ token: "t" })];
const GET = route({ use }, (_request, { signal }) => Response.json({ isAborted: signal.aborted }));
const limited = route({ use: [rateLimit({ limit: 1, window: 60 })] }, () => new Response());
const create = (headers = {}) => new Request("http://localhost/", { headers: { authorization: "Bearer t", ...headers } });
const socket = create({ upgrade: "websocket", "sec-websocket-key": "x", "sec-websocket-version": "13" });
console.log(JSON.stringify([
  await (await GET(create())).text(),
  (await GET(create())).status,
  await limited(create()).catch(({ message }) => message),
  await eventStream(create(), async function* () { yield { data: "a" }; }).text(),
  await (await download(create({ range: "bytes=0-1" }), process.argv[1])).text(),
  await (async () => upgrade(socket, {}))().catch(({ message }) => message),
]));
`;

Deno.test({
  name: "middleware and responses work on Node, where Next.js runs them",
  ignore: IGNORE_NODE,
  async fn() {
    assertEquals(await runOnNode(ENTRIES, SCRIPT), [
      `{"isAborted":false}`,
      429,
      "Cannot get the client's address: this server does not expose the connection, pass your own key to rateLimit()",
      "data:a\n\n",
      "//",
      "Cannot upgrade to a WebSocket: this server does not support it, serve the route with @x/routes on Deno",
    ]);
  },
});
