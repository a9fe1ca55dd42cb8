/** The pages of `routes dev` in a real browser: the one at `/_routes`, and the one where a handler failed. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { cellsOf, IGNORE_BROWSER, type Page, pageTest, rowsOf, says, send, textOf } from "../helpers/browser.ts";
import { type DevServer, saying, startDev } from "../helpers/dev.ts";
import { until } from "../helpers/until.ts";

const HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>";
const THROWS = `export function GET() {
  console.log("begin"); console.warn("on the %s", "way");
  throw new TypeError("no <b>database</b>");
}
export { GET as POST };
`;

const FILES = {
  "app/route.ts": saying("home"),
  "app/users/[id]/route.ts": `export async function POST(request, { params }) {
  const { id } = await params;
  const text = id + " " + request.headers.get("x-a") + " " + await request.text();
  return new Response(text, { status: 201, headers: { "x-b": "sent back" } });
}
export const GET = () => new Response("user");`,
  "app/cached/route.ts": `export const revalidate = 60; export const maxDuration = 5; ${saying("cached")}`,
  "app/throws/route.ts": THROWS,
  "app/go/route.ts": `import { redirect } from "next/navigation"; export const GET = () => redirect("/");`,
  "app/late/route.ts": `export const GET = () => {
  setTimeout(() => console.info("afterwards"), 1500); console.info("first");
  return new Response();
}`,
  "app/hostile/route.ts": `const text = ${JSON.stringify(HOSTILE)};
export const GET = (request) => {
  console.log(text);
  if (request.url.includes("throw")) throw Object.assign(new Error(text), { name: text });
  return new Response(text, { headers: { "content-type": "text/html", "x-text": text } });
};`,
};

let dev: DevServer;

Deno.test.beforeAll(async () => {
  if (!IGNORE_BROWSER) dev = await startDev(FILES, { args: ["--cache", "memory"] });
});

Deno.test.afterAll(async () => await dev?.[Symbol.asyncDispose]());

const test = (name: string, run: (page: Page) => Promise<void>, path = "/_routes") =>
  pageTest(name, () => dev.origin + path, run);

test("the page at /_routes lists each route with its methods, segment config and file", async (page) => {
  const ROUTES: readonly (readonly [id: string, file: string, methods: string, config: string])[] = [
    ["/", "app/route.ts", "GET HEAD OPTIONS", ""],
    ["/users/[id]", "app/users/[id]/route.ts", "GET POST HEAD OPTIONS", ""],
    ["/cached", "app/cached/route.ts", "GET HEAD OPTIONS", "revalidate = 60 maxDuration = 5"],
  ];
  await says(page, `${Object.keys(FILES).length} routes`);
  for (const [id, file, ...rest] of ROUTES) {
    assertEquals(await cellsOf(rowsOf(page, "Routes", id)), [`${id} ${file}`, ...rest]);
  }
});

test("the page at /_routes shows a broken route and a wrong name, and that they are mended", async (page) => {
  await dev.write({ "app/broken/route.ts": "export const GET = ;", "app/[id/route.ts": saying("never") });
  const row = rowsOf(page, "Routes", "/broken");
  await row.getByText("SyntaxError").waitFor();
  assertStringIncludes(await row.innerText(), "app/broken/route.ts:1:20");
  await page.getByText('"[" is never closed').waitFor();
  await says(page, "1 broken");
  await dev.write({ "app/broken/route.ts": saying("whole"), "app/[id": null });
  await row.getByText("GET").waitFor();
  await page.getByText('"[" is never closed').waitFor({ state: "detached" });
  await dev.write({ "app/broken": null });
  await row.waitFor({ state: "detached" });
});

test("a click on a route fills the form, and its parameter is typed over", async (page) => {
  await page.getByRole("button", { name: "/users/[id]" }).click();
  await page.keyboard.type("7");
  const values = ["Method", "Path"].map((label) => page.getByLabel(label).inputValue());
  assertEquals(await Promise.all(values), ["GET", "/users/7"]);
  assert(await page.getByLabel("Body", { exact: true }).isDisabled());
});

test("the form is filled and sent by the keyboard alone", async (page) => {
  const route = page.getByRole("button", { name: "/users/[id]" });
  await route.waitFor();
  const isThere = () => route.and(page.locator(":focus-visible")).isVisible();
  for (let tabs = 0; tabs < 30 && !await isThere(); tabs++) await page.keyboard.press("Tab");
  const KEYS = ["Enter", "8", "Shift+Tab", "PO", "Tab", "Tab", "Tab", "x-a: one", "Tab", "two", "Control+Enter"];
  for (const key of KEYS) await (/[A-Z][a-z]/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  await says(page, "201 POST /users/8");
  assertEquals(await textOf(page, "Response body"), "8 one two");
});

test("POST with headers and a body shows status, headers and body", async (page) => {
  await send(page, "POST", "/users/9", "x-a: 1:2\ncontent-type: text/plain", "<i>body</i>");
  await says(page, "201 POST /users/9");
  assertMatch(await textOf(page, "Response headers"), /^x-b: sent back$/m);
  assertEquals(await textOf(page, "Response body"), "9 1:2 <i>body</i>");
});

test("a route that throws is 500 in the list of requests, with what it printed", async (page) => {
  await send(page, "GET", "/throws?listed");
  await says(page, "500 GET /throws?listed");
  assertStringIncludes(await textOf(page, "Response body"), "no <b>database</b>");
  const row = rowsOf(page, "Last requests", "GET /throws?listed");
  await row.getByText("on the way").waitFor();
  const [time, , status, took] = await cellsOf(row);
  assertMatch(`${time} ${status} ${took}`, /^\d\d:\d\d:\d\d 500 \d+ ms$/);
  assertMatch(await textOf(row, "Console"), /^begin\non the way\nGET \/throws\?listed failed: /);
});

test("what is printed after the response is added to its request", async (page) => {
  await send(page, "GET", "/late");
  const output = rowsOf(page, "Last requests", "GET /late").getByRole("group", { name: "Console" });
  await output.getByText("first").waitFor();
  await output.getByText("afterwards").waitFor();
  assertEquals(await output.innerText(), "first\nafterwards");
});

test("the list of requests says what the cache had to do with them, the last request first", async (page) => {
  for (const path of ["/cached?1", "/cached?2"]) await dev.text(path);
  const row = rowsOf(page, "Last requests", "GET /cached?2");
  await until("HIT is shown", async () => (await cellsOf(row)).at(-1) === "HIT");
  const listed = await page.getByRole("table", { name: "Last requests" }).innerText();
  assert(listed.indexOf("/cached?2") < listed.indexOf("/cached?1"), listed);
});

test("a redirect is shown and not followed", async (page) => {
  await send(page, "GET", "/go");
  await says(page, "307 GET /go");
  assertMatch(await textOf(page, "Response headers"), /^location: \/$/m);
});

test('a path without "/" and a header without ":" are refused with the reason', async (page) => {
  await send(page, "GET", "users");
  await says(page, 'Cannot send to "users": expected a path that starts with "/"');
  await send(page, "GET", "/", "x-a");
  await says(page, 'Cannot send header "x-a": expected "name: value"');
});

test("S47 nothing of what a route, the console or a client says becomes HTML", async (page) => {
  const path = "/hostile?<img src=x onerror=alert(3)>";
  await send(page, "GET", path, `x-a: ${HOSTILE}`);
  await says(page, "200 GET /hostile");
  assertEquals(await textOf(page, "Response body"), HOSTILE);
  assertStringIncludes(await textOf(page, "Response headers"), `x-text: ${HOSTILE}`);
  await page.getByRole("group", { name: "Console" }).filter({ hasText: HOSTILE }).first().waitFor();
  await send(page, "GET", "<img src=x onerror=alert(4)>");
  await says(page, "<img src=x onerror=alert(4)>");
  await dev.write({
    "app/[<img src=x>/route.ts": saying("never"),
    "app/evil/route.ts": `throw new Error(\`${HOSTILE}\`);`,
  });
  await rowsOf(page, "Routes", "/evil").getByText(HOSTILE).waitFor();
  await page.getByRole("list", { name: "Problems" }).getByText("<img src=x>").waitFor();
  assertEquals(await page.locator("img, body script:not([nonce])").count(), 0);
  await dev.write({ "app/[<img src=x>": null, "app/evil": null });
});

test("S47 the page of an error shows what was thrown as text", async (page) => {
  assertEquals(await page.locator(".message").innerText(), HOSTILE);
  assertEquals(await page.title(), `${HOSTILE}: ${HOSTILE}`);
  assertEquals(await page.locator("img, body script:not([nonce])").count(), 0);
}, "/hostile?throw=<img src=x onerror=alert(5)>");

test("the page of an error shows message, code and place, and loads again when it is mended", async (page) => {
  assertEquals(await page.getByRole("heading").innerText(), "TypeError");
  await page.getByText("no <b>database</b>", { exact: true }).waitFor();
  const place = page.getByRole("link", { name: "app/throws/route.ts:3:9", exact: true });
  assertEquals(await place.getAttribute("href"), `vscode://file${dev.dir}/app/throws/route.ts:3:9`);
  assertMatch(await textOf(page, "Code"), /^> 3 \| +throw new TypeError/m);
  await page.getByText("Stack").click();
  await page.getByText(/at .*app\/throws\/route\.ts:3:9/).waitFor();
  await dev.write({ "app/throws/route.ts": saying("mended") });
  await page.getByText("mended", { exact: true }).waitFor();
  await dev.write({ "app/throws/route.ts": THROWS });
  await dev.shows("/throws", /database/);
}, "/throws");

test("the page of a project that cannot be served shows why, and loads again when it is mended", async (page) => {
  try {
    await dev.write({ "proxy.ts": "export function proxy( {" });
    await page.getByText("proxy.ts:1:25", { exact: true }).waitFor();
    assertMatch(await textOf(page, "Code"), /^> 1 \| export function proxy\( \{/m);
  } finally {
    await dev.write({ "proxy.ts": null });
  }
  await page.getByText("no <b>database</b>").first().waitFor();
}, "/throws");

test("the page of an error sends no form again", async (page) => {
  const posted = await dev.text("/throws", { method: "POST", headers: { accept: "text/html" } });
  assertEquals([await page.content(), posted].map((html) => html.includes("reload()")), [true, false]);
}, "/throws");

for (const path of ["/_routes", "/throws"]) {
  test(`${path} has another background where the system is dark`, async (page) => {
    const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    assertNotEquals(await ground(), light);
  }, path);
}

test("the page at /_routes says that the server is gone, and goes on when it is back", async (page) => {
  await says(page, "7 routes");
  await page.route("**/_routes/state", (route) => route.abort());
  await says(page, "The server is not responding");
  await page.unroute("**/_routes/state");
  await says(page, "7 routes");
});
