/**
 * `routes dev` while files are saved slowly: responses come from the old version or the new one, never from a partial
 * one.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { type DevServer, saying, startDev } from "../helpers/dev.ts";
import { seeded } from "../helpers/random.ts";

/** How often each file is saved, and the longest pause during a save, in milliseconds. */
const SAVES = 17, PAUSE_MS = 60;

/** The longest pause between two separate writes that belong to one save. */
const SHORT_PAUSE_MS = 30;

/** Ways to save a text, with pauses. */
type Save = (path: string, text: string, cut: number, pause: () => Promise<void>) => Promise<void>;

const SAVE: Readonly<Record<string, Save>> = {
  async "writes two halves into the emptied file"(path, text, cut, pause) {
    const bytes = new TextEncoder().encode(text);
    using file = await Deno.open(path, { write: true, truncate: true });
    await pause();
    await file.write(bytes.subarray(0, cut));
    await pause();
    await file.write(bytes.subarray(cut));
  },
  async "writes a half and closes it, and then all"(path, text, cut, pause) {
    await Deno.writeTextFile(path, text.slice(0, cut));
    await pause();
    await Deno.writeTextFile(path, text);
  },
  async "empties the file, and writes it later"(path, text, _cut, pause) {
    await Deno.writeTextFile(path, "");
    await pause();
    await Deno.writeTextFile(path, text);
  },
  async "moves the file away, and writes another in two halves"(path, text, cut, pause) {
    await Deno.rename(path, `${path}~`);
    await pause();
    await Deno.writeTextFile(path, text.slice(0, cut));
    await Deno.writeTextFile(path, text.slice(cut), { append: true });
  },
};

const route = (text: string) =>
  `// A route that says one thing.
const said = ${JSON.stringify(text)};

export function GET() {
  return new Response(said);
}
`;
const withImport = `import { said } from "../../lib/said";\n\nexport const GET = () => new Response(said);\n`;
const imported = (text: string) => `export const said = ${JSON.stringify(text)};\n`;

/** The saved files, by the path that they serve. */
const SAVED: readonly [path: string, file: string, source: (text: string) => string][] = [
  ["/a", "app/a/route.ts", route],
  ["/b", "app/b/route.ts", saying],
  ["/c", "lib/said.ts", imported],
];

for (const [name, save] of Object.entries(SAVE)) {
  Deno.test(`S66 routes dev serves only complete versions while an editor ${name}, ${SAVES * SAVED.length} times`, async () => {
    const sources = SAVED.map(([, file, source]) => [file, source("0")]);
    await using dev = await startDev({ ...Object.fromEntries(sources), "app/c/route.ts": withImport });
    const random = seeded(66);
    const longest = name.includes("closes") ? SHORT_PAUSE_MS : PAUSE_MS;
    const pause = () => delay(1 + Math.floor(random() * longest));
    const wrong: string[] = [];
    await Promise.all(SAVED.map(async ([path, file, source]) => {
      // From the previous version to the one being written.
      let whole = 0, written = 0, isDone = false;
      const ask = async () => {
        const oldest = whole;
        const response = await dev.request(path);
        const text = await response.text();
        const fits = response.status === 200 && Number(text) >= oldest && Number(text) <= written && text !== "";
        if (!fits) wrong.push(`${path}: ${response.status} ${text.slice(0, 100)}, from ${oldest} to ${written}`);
        return text;
      };
      assertEquals(await ask(), "0");
      const asking = Array.from({ length: 2 }, async () => {
        while (!isDone) await ask();
      });
      while (written < SAVES) {
        const text = source(`${++written}`);
        await save(`${dev.dir}/${file}`, text, 1 + Math.floor(random() * (text.length - 1)), pause);
        whole = written;
        const seen = await ask();
        if (seen !== `${written}`) wrong.push(`${path}: ${seen} after ${written} was saved`);
      }
      isDone = true;
      await Promise.all(asking);
    }));
    assertEquals(wrong, []);
  });
}

let dev: DevServer;
Deno.test.beforeAll(async () => {
  dev = await startDev({ "app/a/route.ts": saying("a"), "app/b/route.ts": saying("b") });
});
Deno.test.afterAll(async () => await dev[Symbol.asyncDispose]());

const MEANT: readonly [what: string, source: string | null, status: number, text: string][] = [
  ["is left empty", "", 405, ""],
  ["is cut", "export const GET = () => new Resp", 500, "ReferenceError"],
  ["has a syntax error", "export const GET = () => {\n", 500, "SyntaxError"],
  ["is removed", null, 404, "Not Found"],
  ["has lost its export", "export const other = 1;\n", 405, ""],
];

for (const [what, source, status, text] of MEANT) {
  Deno.test(`S66 routes dev reports a file that ${what}, as intended`, async () => {
    await dev.write({ "app/a/route.ts": saying("a") });
    await dev.shows("/a", "a");
    await dev.write({ "app/a/route.ts": source });
    // The first request after a save waits until the file is accepted as it is.
    const response = await dev.request("/a");
    assertEquals([response.status, dev.printed().includes("Unhandled promise rejection")], [status, false]);
    assertStringIncludes(await response.text(), text);
    assertEquals(await dev.text("/b"), "b");
  });
}

Deno.test("S66 routes dev does not wait for a file whose mode or time has changed", async () => {
  await dev.write({ "app/a/route.ts": saying("touched") });
  await dev.shows("/a", "touched");
  await Deno.chmod(`${dev.dir}/app/a/route.ts`, 0o600);
  await Deno.utime(`${dev.dir}/app/a/route.ts`, 1, 1);
  assertEquals(await dev.text("/a"), "touched");
});

for (const [name, save] of Object.entries(SAVE)) {
  Deno.test(`S66 routes dev restarts once, with the complete .env, while an editor ${name}`, async () => {
    const env = (said: string) => `# What is said.\nSAID=${said}\n`;
    const GET = `export const GET = () => new Response(Deno.env.get("SAID"));\n`;
    await using dev = await startDev({ ".env": env("before"), "app/route.ts": GET });
    await dev.shows("/", "before");
    await save(`${dev.dir}/.env`, env("afterwards"), env("after").length - 1, () => delay(SHORT_PAUSE_MS));
    await dev.shows("/", "afterwards");
    assertEquals(dev.printed().match(/Restarting: .*/g), ["Restarting: .env has changed"], dev.printed());
  });
}
