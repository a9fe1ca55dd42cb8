/**
 * Makes the pictures of the page at `/_routes` for the README of `routes dev`: the handbook after a few requests, on a
 * light and a dark screen, and on a narrow one; and that of the API reference of `examples/tasks`.
 *
 *     deno run -A tests/e2e/screenshot.ts [--out DIR] [--png]
 */
import { parseArgs } from "node:util";
import { copy } from "@std/fs";
import { openPage, type Page, startBrowser } from "../helpers/browser.ts";
import { startCli } from "../helpers/cli.ts";

const path = (name: string) => new URL(`../../${name}/`, import.meta.url).pathname;
const HANDBOOK = path("examples/handbook");
const TASKS = path("examples/tasks");
const { values: { out, png } } = parseArgs({
  options: { out: { type: "string" }, png: { type: "boolean", default: false } },
});

/** The handbook has no route that prints or fails. */
const BASKET = `import { type NextRequest, NextResponse } from "next/server";

export async function POST(request: NextRequest) {
  const { item, count } = await request.json();
  console.log("%d × %s added", count, item);
  if (count > 10) console.warn("only 10 are left, taking 10");
  return NextResponse.json({ item, count: Math.min(count, 10) }, { status: 201 });
}
`;

const WIDE = { viewport: { width: 1200, height: 860 } };
const SCREENS = {
  page_light: WIDE,
  page_dark: { ...WIDE, colorScheme: "dark" },
  page_narrow: { viewport: { width: 390, height: 860 }, isMobile: true },
} as const;

await takeDevPages();
await takeReference();

async function takeDevPages(): Promise<void> {
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
    for (const [name, screen] of Object.entries(SCREENS)) {
      await using opened = await openPage(browser, `${server.origin}/_routes#POST /basket`, screen);
      const { page } = opened;
      await page.getByLabel("Headers").fill("content-type: application/json");
      await page.getByLabel("Body", { exact: true }).fill(`{ "item": "pencil", "count": 12 }`);
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("only 10 are left").first().waitFor();
      if (name === "page_narrow") await page.evaluate("document.getElementById('send').scrollIntoView()");
      await take(page, out ?? path("src/deno/dev"), name);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function takeReference(): Promise<void> {
  await using server = await startCli(["dev", TASKS, "--cache", "memory"]);
  await using browser = await startBrowser();
  await using opened = await openPage(browser, `${server.origin}/_routes/docs#tag/tasks/PATCH/tasks/{id}`, WIDE);
  const { page } = opened;
  await page.getByText("Change a task").first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.evaluate("document.activeElement.blur()");
  await take(page, out ?? TASKS, "reference");
}

async function take(page: Page, dir: string, name: string): Promise<void> {
  const shot = await page.screenshot();
  await (png ? Deno.writeFile(`${dir}/${name}.png`, shot) : writeWebp(page, shot, `${dir}/${name}.webp`));
}

/** Compresses a picture by the browser. */
async function writeWebp(page: Page, shot: Uint8Array, path: string): Promise<void> {
  await page.goto("about:blank");
  const url = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${shot.toBase64()}";
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.8);
  })()`);
  await Deno.writeFile(path, Uint8Array.fromBase64(url.slice(url.indexOf(",") + 1)));
}
