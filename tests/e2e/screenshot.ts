/**
 * Makes the picture of the page at `/_routes`: the handbook after a few requests.
 *
 *     deno run -A tests/e2e/screenshot.ts [--dark] [--out examples/handbook/dev_page.png]
 */
import { parseArgs } from "node:util";
import { copy } from "@std/fs";
import { openPage, startBrowser } from "../helpers/browser.ts";
import { startCli } from "../helpers/cli.ts";

const HANDBOOK = new URL("../../examples/handbook/", import.meta.url).pathname;
const { values } = parseArgs({
  options: { dark: { type: "boolean", default: false }, out: { type: "string", default: `${HANDBOOK}dev_page.png` } },
});

/** The handbook has no route that prints something, nor one that fails. */
const BASKET = `import { type NextRequest, NextResponse } from "next/server";

export async function POST(request: NextRequest) {
  const { item, count } = await request.json();
  console.log("%d × %s added", count, item);
  if (count > 10) console.warn("only 10 are left, taking 10");
  return NextResponse.json({ item, count: Math.min(count, 10) }, { status: 201 });
}
`;

const dir = await Deno.makeTempDir({ prefix: "routes_screenshot_" });
try {
  await copy(`${HANDBOOK}app`, `${dir}/app`);
  await Deno.mkdir(`${dir}/app/basket`);
  await Deno.writeTextFile(`${dir}/app/basket/route.ts`, BASKET);
  await using server = await startCli(["dev", dir, "--cache", "memory"]);
  for (const path of ["/hello", "/users/42", "/items/nope", "/cached", "/cached", "/go"]) {
    await (await fetch(server.origin + path, { redirect: "manual" })).body?.cancel();
  }
  await using browser = await startBrowser();
  await using opened = await openPage(browser, `${server.origin}/_routes`, {
    viewport: { width: 1200, height: 860 },
    colorScheme: values.dark ? "dark" : "light",
  });
  const { page } = opened;
  await page.getByRole("button", { name: "/basket" }).click();
  await page.getByLabel("Headers").fill("content-type: application/json");
  await page.getByLabel("Body").fill(`{ "item": "pencil", "count": 12 }`);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("only 10 are left").waitFor();
  await page.screenshot({ path: values.out });
} finally {
  await Deno.remove(dir, { recursive: true });
}
