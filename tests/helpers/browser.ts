/**
 * Starts a real Chromium for a test.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
// Only tests with a browser need this package, so it is not in the import map that users get.
// deno-lint-ignore no-import-prefix -- see above
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "npm:playwright-core@^1.65.1";

export type { Locator, Page };

/** The installed browser; none is downloaded. */
const CHROMIUM = "/usr/bin/chromium";

/** A page in its own browser session. */
export interface OpenPage extends AsyncDisposable {
  /** The page of Playwright. */
  readonly page: Page;
  /** The problems of the page: script errors, dialogs, violations of its policy. */
  readonly problems: readonly string[];
}

/** The reason why there is no browser; `undefined` if there is one. */
export const NO_BROWSER: string | undefined = absence();

/** Whether tests with a browser are ignored; in CI they fail instead. */
export const IGNORE_BROWSER: boolean = NO_BROWSER !== undefined && !Deno.env.get("CI");

if (IGNORE_BROWSER) console.log(`Tests with a browser are ignored: ${NO_BROWSER}`);

/** Starts a browser; stop it with `await using`. */
export async function startBrowser(): Promise<Browser> {
  if (NO_BROWSER !== undefined) throw new Error(`Cannot start a browser: ${NO_BROWSER}`);
  // Root, for example in a container, cannot use the sandbox.
  return await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** Opens a URL; close the page with `await using`. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("dialog", async (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("console", (message) => {
    // The browser also reports every status above 399, which these tests expect.
    const isAnswer = message.text().startsWith("Failed to load resource: ");
    if (message.type() === "error" && !isAnswer) problems.push(`console: ${message.text()}`);
  });
  await page.goto(url);
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

/**
 * Returns a function that registers tests of pages. They share a browser, and each has a
 * session of its own, and at its end nothing may have gone wrong in the page.
 */
export function pageTests(): (name: string, url: () => string, run: (page: Page) => Promise<void>) => void {
  let browser: Browser;
  Deno.test.beforeAll(async () => {
    if (!IGNORE_BROWSER) browser = await startBrowser();
  });
  Deno.test.afterAll(async () => await browser?.close());
  return (name, url, run) =>
    Deno.test({
      name,
      ignore: IGNORE_BROWSER,
      async fn() {
        await using opened = await openPage(browser, url());
        await run(opened.page);
        assertEquals(opened.problems, []);
      },
    });
}

/** Returns the rows for one item in a table of the page at `/_routes`. */
export function rowsOf(page: Page, table: "Routes" | "Last requests", text: string): Locator {
  const exactly = page.getByText(text, { exact: true });
  return page.getByRole("table", { name: table }).locator("tbody").filter({ has: exactly });
}

/** Returns the texts of the cells of rows, each in one line. */
export async function cellsOf(rows: Locator): Promise<string[]> {
  return (await rows.locator("td").allInnerTexts()).map((text) => text.trim().replaceAll(/\s+/g, " "));
}

/** Returns the text of a box. */
export function textOf(within: Page | Locator, name: string): Promise<string> {
  return within.getByRole("group", { name }).innerText();
}

/** Waits until the page at `/_routes` shows a text about its state or a sent request. */
export async function says(page: Page, text: string | RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: text }).waitFor();
}

/** Waits until a response has arrived. */
export function answers(page: Page, status: number, method: string, path: string): Promise<void> {
  return says(page, new RegExp(`^${RegExp.escape(`${status} ${method} ${path}`)} in \\d+ ms`));
}

/** Makes that page ask for the state now, as it does when it is seen again. */
export function refresh(page: Page): Promise<void> {
  return page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);
}

/** Fills in the form of that page by the labels of its fields, and submits it. */
export async function send(page: Page, method: string, path: string, headers = "", body = ""): Promise<void> {
  const field = (label: string) => page.getByLabel(label, { exact: true });
  // For Playwright, the label of a list includes the names of all its options.
  await page.getByLabel("Method").selectOption(method);
  await field("Path").fill(path);
  await field("Headers").fill(headers);
  if (body !== "") await field("Body").fill(body);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

function absence(): string | undefined {
  try {
    new Deno.Command(CHROMIUM, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `no ${CHROMIUM} is there`;
  }
}
