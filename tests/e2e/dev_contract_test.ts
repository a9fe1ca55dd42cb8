/** Contracts in `routes dev`, in a real browser: the fields of the form, their problems, and the API reference. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { IGNORE_BROWSER, type Page, pageTests } from "../helpers/browser.ts";
import { type DevServer, startDev } from "../helpers/dev.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const USER = `import { NextResponse } from "next/server";
import { route } from "@x/routes/route";
import { z } from "npm:zod@4.6.7";

/** Renames a user. */
export const PATCH = route({
  params: z.object({ id: z.coerce.number() }),
  query: z.object({ tag: z.array(z.string()).optional() }),
  body: z.object({
    name: z.string().min(1).describe(${JSON.stringify(HOSTILE)}),
    role: z.enum(["admin", "user"]),
    tags: z.array(z.string()).optional(),
    ${JSON.stringify(HOSTILE)}: z.string().optional(),
  }),
}, (_request, { params, query, body }) => NextResponse.json({ ...params, ...query, ...body }));
`;

let dev: DevServer;

Deno.test.beforeAll(async () => {
  if (!IGNORE_BROWSER) dev = await startDev({ "app/users/[id]/route.ts": USER });
});

Deno.test.afterAll(async () => await dev?.[Symbol.asyncDispose]());

const pageTest = pageTests();
const test = (name: string, run: (page: Page) => Promise<void>, path = "/_routes#PATCH /users/[id]") =>
  pageTest(name, () => dev.origin + path, run);

const getBody = (page: Page) => page.getByLabel("Body", { exact: true });
const send = (page: Page) => page.getByRole("button", { name: "Send", exact: true }).click();

test("the fields of a contract make the request, which is sent", async (page) => {
  await page.getByLabel("id *").fill("7");
  await page.getByLabel("tag", { exact: true }).fill(`["a", "b"]`);
  await page.getByLabel("name *").fill("Ada");
  await page.getByLabel("role *").selectOption("admin");
  assertEquals(await page.getByLabel("Path").inputValue(), "/users/7?tag=a&tag=b");
  assertEquals(await page.getByLabel("Headers", { exact: true }).inputValue(), "content-type: application/json");
  assertEquals(JSON.parse(await getBody(page).inputValue()), { name: "Ada", role: "admin" });
  await send(page);
  await page.getByText("200", { exact: true }).first().waitFor();
  assertStringIncludes(await page.getByLabel("Response body").innerText(), `"name": "Ada"`);
});

test("problems are shown next to their fields, until something is typed", async (page) => {
  await page.getByLabel("id *").fill("seven");
  await page.getByLabel("tags").fill(`["a", 1]`);
  await send(page);
  const field = page.locator("label").filter({ has: page.getByLabel("id *") });
  await field.getByText("expected number").waitFor();
  assertEquals(await page.getByLabel("id *").getAttribute("aria-invalid"), "true");
  await page.locator("label", { hasText: "tags" }).getByText("expected string").waitFor();
  await page.getByLabel("id *").fill("7");
  await field.getByText("expected number").waitFor({ state: "detached" });
  assertEquals(await page.getByLabel("id *").getAttribute("aria-invalid"), null);
});

test("what is typed into the fields survives a reload and a change of the contract", async (page) => {
  await page.getByLabel("name *").fill("Ada");
  await page.reload();
  await page.getByLabel("name *").waitFor();
  assertEquals(await page.getByLabel("name *").inputValue(), "Ada");
  await dev.write({ "app/users/[id]/route.ts": USER.replace("tags:", "labels:") });
  await page.getByLabel("labels").waitFor();
  assertEquals(await page.getByLabel("name *").inputValue(), "Ada");
  await dev.write({ "app/users/[id]/route.ts": USER });
});

test("another method has no fields, and the schemas are shown as text", async (page) => {
  await page.getByText("Schemas").click();
  assertStringIncludes(await page.getByLabel("Schema of body").innerText(), HOSTILE.replaceAll('"', '\\"'));
  await page.getByLabel("Method").selectOption("POST");
  await page.getByLabel("name *").waitFor({ state: "detached" });
});

test("the page links to the API reference, which shows what was just saved", async (page) => {
  await page.getByRole("link", { name: "API reference" }).click();
  await page.getByText("Renames a user").first().waitFor();
  await dev.write({ "app/users/[id]/route.ts": USER.replace("Renames", "Changes") });
  await page.reload();
  await page.getByText("Changes a user").first().waitFor();
  await dev.write({ "app/users/[id]/route.ts": USER });
});
