/** Other programs read the document: a validator, the generator of a client, and Scalar in a browser. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Validator } from "npm:@seriousme/openapi-schema-validator@2.11.0";
import openapiTS, { astToString } from "npm:openapi-typescript@7.13.0";
import { createApp, serveApp, temporaryFiles } from "../helpers/app.ts";
import { IGNORE_BROWSER, openPage, startBrowser } from "../helpers/browser.ts";
import { captured } from "../helpers/app.ts";
import { runCli } from "../helpers/cli.ts";
import { API } from "./_api.ts";

Deno.test("the document passes a validator for OpenAPI 3.1", async () => {
  const app = await createApp(API, { openapi: true });
  const document = await getDocument(app);
  assertEquals(await new Validator().validate(document), { valid: true });
  // The validator rejects an invalid document.
  const { valid } = await new Validator().validate({ ...document, paths: { users: {} } });
  assertEquals(valid, false);
  await app.close();
});

Deno.test("the document of examples/tasks is valid, and describes all of its handlers", async () => {
  const { code, stdout, stderr } = await runCli(["openapi", "examples/tasks"]);
  assertEquals([code, stderr], [0, ""]);
  const document = JSON.parse(stdout);
  assertEquals(await new Validator().validate(document), { valid: true });
  const summaries = Object.values<object>(document.paths).flatMap((path) =>
    Object.values<{ summary?: string }>({ ...path }).map(({ summary }) => summary)
  );
  assertEquals([summaries.length, summaries.includes(undefined)], [11, false]);
});

/** A client of the API. Each line with an expected error must not compile without it. */
const CLIENT = `
import createClient from "npm:openapi-fetch@0.17.0";
import type { components, paths } from "./api.d.ts";

const client = createClient<paths>({ baseUrl: Deno.args[0]! });
const authorization = { authorization: "Bearer secret" };

const list = await client.GET("/users", { params: { query: { tag: ["a", "b"], page: 1 } } });
const name: string | undefined = list.data?.[0]?.name;

const one = await client.GET("/users/{id}", { params: { path: { id: 7 } } });
const user: components["schemas"]["User"] | undefined = one.data;

const none = await client.GET("/users/{id}", { params: { path: { id: 9 } } });
const status: number | undefined = none.error?.status;

const created = await client.POST("/users", { body: { name: "Grace" }, headers: authorization });
const id: number | undefined = created.data?.id;

const invalid = await client.POST("/users", { body: { name: "" }, headers: authorization });
const refused = await client.POST("/users", { body: { name: "Grace" } });
const tree = await client.PUT("/tree", { body: { name: "root", children: [{ name: "leaf", children: [] }] } });
const note = await client.POST("/notes", { body: { text: "hello" } });

// @ts-expect-error A name is required.
client.POST satisfies (path: "/users", init: { body: Record<never, never> }) => unknown;
// @ts-expect-error There is no such path.
type Missing = paths["/missing"];

console.log(JSON.stringify({
  name,
  user,
  status,
  id,
  errors: invalid.error && "errors" in invalid.error ? invalid.error.errors : undefined,
  refused: refused.response.status,
  tree: tree.data?.children[0]?.name,
  note: note.data?.text,
}));
`;

Deno.test("a client by openapi-typescript and openapi-fetch type-checks, and runs", async () => {
  const app = await createApp(API, { openapi: true });
  await using server = serveApp(app);
  const types = astToString(await openapiTS(JSON.stringify(await getDocument(app))));
  await using project = await temporaryFiles({ "api.d.ts": types, "client.ts": CLIENT });
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--check", "-N", "--no-lock", "--no-config", join(project.dir, "client.ts"), server.origin],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
    name: "Ada",
    user: { id: 7, name: "Ada" },
    status: 404,
    id: 8,
    errors: [{ in: "body", path: ["name"], message: "Too small: expected string to have >=1 characters" }],
    refused: 401,
    tree: "leaf",
    note: "hello",
  });
  await app.close();
});

Deno.test({
  name: "Scalar renders the document within the policy of the page, without requests to other servers",
  ignore: IGNORE_BROWSER,
  async fn() {
    const app = await createApp(API, { openapi: { path: "/api.json", docs: "/reference" } });
    await using server = serveApp(app);
    await using browser = await startBrowser();
    await using opened = await openPage(browser, `${server.origin}/reference`);
    const { page, problems } = opened;
    const asked = new Set<string>();
    page.on("request", (request) => asked.add(new URL(request.url()).origin));
    await page.reload();
    await page.getByRole("heading", { name: "API", exact: true }).waitFor();
    // Only what is in view is rendered.
    await page.getByRole("button", { name: "Open Group - users" }).click();
    await page.getByText("List the users").first().waitFor();
    assertEquals([...asked], [server.origin]);
    assertEquals(problems, []);
    // The policy is in force: what it forbids is a problem.
    await page.evaluate(`fetch("https://example.com/").catch(() => {})`);
    assert(problems.some((problem) => problem.includes("Content Security Policy")));
    await app.close();
  },
});

async function getDocument(app: Awaited<ReturnType<typeof createApp>>): Promise<Record<string, unknown>> {
  let document: Record<string, unknown> | undefined;
  const [warning] = await captured("warn", async () => {
    document = await (await app.get("/openapi.json")).json();
  });
  assertStringIncludes(warning!, "Cannot describe QUERY /files/{path}");
  return document!;
}
