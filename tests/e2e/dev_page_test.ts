/** The pages of `routes dev` in a real browser: the one at `/_routes`, and the one where a handler failed. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import {
  answers,
  cellsOf,
  IGNORE_BROWSER,
  type Locator,
  type Page,
  pageTests,
  refresh,
  rowsOf,
  says,
  send,
  textOf,
} from "../helpers/browser.ts";
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
  "app/late/route.ts": `let release;
export const GET = () => {
  new Promise((resolve) => release = resolve).then(() => console.info("afterwards"));
  console.info("first");
  return new Response();
};
export const POST = () => { release(); return new Response(); };`,
  "app/json/route.ts": `export const GET = () =>
  new Response('{"id":12345678901234567890,"list":[]}', { headers: { "content-type": "application/json" } });`,
  "app/events/route.ts": `let write, end;
export const GET = () => {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  write = (text) => writer.write(new TextEncoder().encode("data: " + text + "\\n\\n"));
  end = writer.closed.catch(() => "canceled");
  write("one").catch(() => {});
  return new Response(readable, { headers: { "content-type": "text/event-stream" } });
};
export const POST = async (request) => { write(await request.text()).catch(() => {}); return new Response(); };
export const DELETE = async () => new Response(await end);`,
  "app/long/route.ts": `export function GET() {
  // ${"a long line ".repeat(20)}
  const error = new Error("${"x".repeat(300)}", { cause: "${"y".repeat(300)}" });
  error.name = "${"LongName".repeat(30)}";
  throw error;
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

const pageTest = pageTests();
const test = (name: string, run: (page: Page) => Promise<void>, path = "/_routes") =>
  pageTest(name, () => dev.origin + path, run);

/** Waits until the page shows something, or no longer, without waiting for it to ask for the state by itself. */
const shows = (page: Page, locator: Locator, isShown = true) =>
  until(`the page ${isShown ? "shows" : "hides"} ${locator}`, async () => {
    await refresh(page);
    return await locator.isVisible() === isShown;
  });

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
  await shows(page, row.getByText("SyntaxError"));
  assertStringIncludes(await row.innerText(), "app/broken/route.ts:1:20");
  await page.getByText('"[" is never closed').waitFor();
  await says(page, "1 broken");
  await dev.write({ "app/broken/route.ts": saying("whole"), "app/[id": null });
  await shows(page, row.getByText("GET"));
  await page.getByText('"[" is never closed').waitFor({ state: "detached" });
  await dev.write({ "app/broken": null });
  await shows(page, row, false);
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
  await answers(page, 201, "POST", "/users/8");
  assertEquals(await textOf(page, "Response body"), "8 one two");
});

test("POST with headers and a body shows status, headers and body", async (page) => {
  await send(page, "POST", "/users/9", "x-a: 1:2\ncontent-type: text/plain", "<i>body</i>");
  await answers(page, 201, "POST", "/users/9");
  assertMatch(await textOf(page, "Response headers"), /^x-b: sent back$/m);
  assertEquals(await textOf(page, "Response body"), "9 1:2 <i>body</i>");
});

test("a route that throws is 500 in the list of requests, with what it printed", async (page) => {
  await send(page, "GET", "/throws?listed");
  await answers(page, 500, "GET", "/throws?listed");
  assertStringIncludes(await textOf(page, "Response body"), "no <b>database</b>");
  const row = rowsOf(page, "Last requests", "GET /throws?listed");
  await shows(page, row.getByText("on the way"));
  const [time, , status, took] = await cellsOf(row);
  assertMatch(`${time} ${status} ${took}`, /^\d\d:\d\d:\d\d 500 \d+ ms$/);
  assertMatch(await textOf(row, "Console"), /^begin\non the way\nGET \/throws\?listed failed: /);
});

test("what is printed after the response is added to its request", async (page) => {
  await send(page, "GET", "/late");
  const output = rowsOf(page, "Last requests", "GET /late").getByRole("group", { name: "Console" });
  await shows(page, output.getByText("first"));
  await dev.text("/late", { method: "POST" });
  await shows(page, output.getByText("afterwards"));
  assertEquals(await output.innerText(), "first\nafterwards");
});

test("the list of requests says what the cache had to do with them, the last request first", async (page) => {
  for (const path of ["/cached?1", "/cached?2"]) await dev.text(path);
  const row = rowsOf(page, "Last requests", "GET /cached?2");
  await shows(page, row.getByText("HIT"));
  const listed = await page.getByRole("table", { name: "Last requests" }).innerText();
  assert(listed.indexOf("/cached?2") < listed.indexOf("/cached?1"), listed);
});

test("a redirect is shown and not followed", async (page) => {
  await send(page, "GET", "/go");
  await answers(page, 307, "GET", "/go");
  assertMatch(await textOf(page, "Response headers"), /^location: \/$/m);
});

test("JSON is formatted, and its numbers stay as they are", async (page) => {
  await send(page, "GET", "/json");
  await answers(page, 200, "GET", "/json");
  assertEquals(await textOf(page, "Response body"), '{\n  "id": 12345678901234567890,\n  "list": []\n}');
});

test("events are shown as they arrive, until the request is canceled", async (page) => {
  const body = page.getByRole("group", { name: "Response body" });
  await send(page, "GET", "/events");
  await says(page, "200 GET /events, receiving");
  await body.getByText("data: one").waitFor();
  await dev.text("/events", { method: "POST", body: "two" });
  await body.getByText("data: two").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await says(page, "200 GET /events: Canceled");
  assertEquals(await dev.text("/events", { method: "DELETE" }), "canceled");
  assert(await page.getByRole("button", { name: "Send" }).and(page.locator(":focus")).isVisible());
  assertEquals(await page.getByRole("button", { name: "Cancel" }).count(), 0);
  // By the keyboard, too.
  await send(page, "GET", "/events");
  await body.getByText("data: one").waitFor();
  await page.keyboard.press("Escape");
  await says(page, "200 GET /events: Canceled");
});

test("a request takes the place of the one that is still answered", async (page) => {
  await send(page, "GET", "/events");
  await says(page, "200 GET /events, receiving");
  await send(page, "GET", "/");
  await answers(page, 200, "GET", "/");
  assertEquals(await dev.text("/events", { method: "DELETE" }), "canceled");
  assertEquals(await textOf(page, "Response body"), "home");
});

test("the request is copied as a curl command, or shown where there is no clipboard", async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await send(page, "POST", "/users/9", "x-a: it's", "text");
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await says(page, "Copied");
  const command = `curl --include --request POST '${dev.origin}/users/9' --header 'x-a: it'\\''s' ` +
    "--header 'content-type: text/plain;charset=UTF-8' --data-raw 'text'";
  assertEquals(await page.evaluate<string>("navigator.clipboard.readText()"), command);
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  await page.getByRole("button", { name: "Copy as curl" }).click();
  assertEquals(await textOf(page, "curl command"), command);
});

test("the filter shows the routes that have all its words, by path, file or method", async (page) => {
  const all = Object.keys(FILES).length;
  await says(page, `${all} routes`);
  const names = () => page.getByRole("table", { name: "Routes" }).getByRole("button").allInnerTexts();
  for (const [words, expected] of [["USERS post", ["/users/[id]"]], ["app/th", ["/throws"]], ["nope", []]] as const) {
    await page.getByLabel("Filter routes").fill(words);
    await says(page, `${expected.length} of ${all} routes`);
    assertEquals(await names(), [...expected]);
  }
  await page.getByLabel("Filter routes").fill("");
  await says(page, `${all} routes`);
  assertEquals((await names()).length, all);
});

test("a link fills the form for a route, and the route and what is typed survive a reload", async (page) => {
  const value = (label: string) => page.getByLabel(label, { exact: true }).inputValue();
  const current = page.getByRole("button", { name: "/users/[id]" }).and(page.locator("[aria-current=true]"));
  await current.waitFor();
  assertEquals([await page.getByLabel("Method").inputValue(), await value("Path")], ["POST", "/users/[id]"]);
  await page.getByLabel("Path").fill("/users/7?x=%41");
  await page.getByLabel("Headers").fill("authorization: secret");
  await page.getByLabel("Body", { exact: true }).fill("typed");
  assertEquals(page.url(), `${dev.origin}/_routes#POST%20/users/7?x=%2541`);
  await page.reload();
  await current.waitFor();
  assertEquals([await page.getByLabel("Method").inputValue(), await value("Path")], ["POST", "/users/7?x=%41"]);
  assertEquals([await value("Headers"), await value("Body")], ["authorization: secret", "typed"]);
  await page.evaluate(`location.hash = "#GET /json"`);
  await page.getByRole("button", { name: "/json" }).and(page.locator("[aria-current=true]")).waitFor();
  assertEquals([await page.getByLabel("Method").inputValue(), await value("Path")], ["GET", "/json"]);
}, "/_routes#POST /users/[id]");

test("an error that several routes have is listed at full length once", async (page) => {
  const route = `export { GET } from "../../lib/get.ts";`;
  await dev.write({ "app/many1/route.ts": route, "app/many2/route.ts": route, "lib/get.ts": "export const GET = ;" });
  await shows(page, rowsOf(page, "Routes", "/many2").getByText("The same error as /many1"));
  assertStringIncludes(await rowsOf(page, "Routes", "/many1").innerText(), "lib/get.ts:1:20");
  await dev.write({ "app/many1": null, "app/many2": null, lib: null });
});

test("the page at /_routes has an icon", async (page) => {
  const href = await page.locator("link[rel=icon]").getAttribute("href");
  const size = `new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth > 0);
    image.onerror = reject;
    image.src = ${JSON.stringify(href)};
  })`;
  assertEquals(await page.evaluate<boolean>(size), true);
});

for (const path of ["/_routes", "/throws", `/none/${"z".repeat(300)}`, `/long?${"z".repeat(300)}`]) {
  test(`${path.slice(0, 8)} fits a screen of 390 pixels`, async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    if (path === "/_routes") {
      await send(page, "POST", `/users/${"x".repeat(200)}`, "", "y".repeat(500));
      await answers(page, 201, "POST", `/users/${"x".repeat(200)}`);
    }
    await page.evaluate(`for (const each of document.querySelectorAll("details")) each.open = true`);
    assertEquals(await page.evaluate<number>("document.documentElement.scrollWidth"), 390);
  }, path);
}

test('a path without "/" and a header without ":" are refused with the reason', async (page) => {
  await send(page, "GET", "users");
  await says(page, 'Cannot send to "users": expected a path that starts with "/"');
  await send(page, "GET", "/", "x-a");
  await says(page, 'Cannot send header "x-a": expected "name: value"');
});

test("S47 nothing of what a route, the console or a client says becomes HTML", async (page) => {
  const path = "/hostile?<img src=x onerror=alert(3)>";
  await send(page, "GET", path, `x-a: ${HOSTILE}`);
  await answers(page, 200, "GET", path);
  assertEquals(await textOf(page, "Response body"), HOSTILE);
  assertStringIncludes(await textOf(page, "Response headers"), `x-text: ${HOSTILE}`);
  await shows(page, page.getByRole("group", { name: "Console" }).filter({ hasText: HOSTILE }).first());
  await send(page, "GET", "<img src=x onerror=alert(4)>");
  await says(page, "<img src=x onerror=alert(4)>");
  await dev.write({
    "app/[<img src=x>/route.ts": saying("never"),
    "app/evil/route.ts": `throw new Error(\`${HOSTILE}\`);`,
  });
  await shows(page, rowsOf(page, "Routes", "/evil").getByText(HOSTILE));
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

test(
  "the page of a path without a route links to the nearest routes, and loads again when there is one",
  async (page) => {
    const nearest = page.getByRole("region", { name: "Nearest routes" });
    assertEquals(await page.getByRole("heading").first().innerText(), "404 Not Found");
    assertEquals(await nearest.getByRole("link").first().innerText(), "/users/[id]");
    await nearest.getByRole("link", { name: "/users/[id]" }).click();
    assertEquals(await page.getByLabel("Path").inputValue(), "/users/[id]");
    await page.goBack();
    await page.getByRole("link", { name: "All routes" }).click();
    await says(page, `${Object.keys(FILES).length} routes`);
    await page.goBack();
    await dev.write({ "app/user/[id]/route.ts": saying("found") });
    await page.getByText("found", { exact: true }).waitFor();
    await dev.write({ "app/user": null });
  },
  "/user/7",
);

test("S47 the page of a path without a route shows the path as text", async (page) => {
  await page.getByText("404 Not Found").waitFor();
  assertEquals(await page.locator("img, body script:not([nonce])").count(), 0);
}, "/nope?<img src=x onerror=alert(6)>");

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
  await says(page, `${Object.keys(FILES).length} routes`);
  await page.route("**/_routes/state", (route) => route.abort());
  await says(page, "The server is not responding");
  await page.unroute("**/_routes/state");
  await says(page, `${Object.keys(FILES).length} routes`);
});
