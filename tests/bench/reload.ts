/**
 * How long it takes `routes dev` from an edit to the answer that has it, and what 500 edits cost in memory.
 *
 * A file is written, and asked for at once and again until the answer is the new one. An answer is wrong that is neither
 * the one of before nor the new one; so is any other answer of a route that was not touched, which also has to keep its
 * state.
 *
 *     deno run -A tests/bench/reload.ts [--edits 100] [--more 500] [--routes 50]
 */
import { parseArgs } from "node:util";
import { assert } from "@std/assert";
import { join } from "@std/path";
import { startCli } from "../helpers/cli.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    edits: { type: "string", default: "100" },
    more: { type: "string", default: "500" },
    routes: { type: "string", default: "50" },
  },
});

/** How far memory may grow, in MiB. */
const GROWTH = 100;

const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "routes_reload_" }));
let wrong = 0;
try {
  await writeProject(Number(values.routes));
  await using server = await startCli(["dev", root]);
  const get = async (path: string) => {
    const response = await fetch(server.origin + path);
    return { status: response.status, text: await response.text() };
  };
  const state = (await get("/untouched")).text;

  /** Writes a file; gives the milliseconds until a path answers with a text. */
  const edit = async (file: string, source: string, path: string, wanted: string): Promise<number> => {
    const before = (await get(path)).text;
    const start = performance.now();
    await write(file, source);
    for (;;) {
      const { text } = await get(path);
      const took = performance.now() - start;
      if (text.includes(wanted)) {
        if ((await get("/untouched")).text !== state) wrong++;
        return took;
      }
      if (text !== before || took > 5000) wrong++;
      assert(took < 10_000, `The answer of ${path} stays ${text}`);
    }
  };

  const kinds: Readonly<Record<string, (n: number) => Promise<number>>> = {
    "the route file": (n) => edit("app/entry/route.ts", routeOf(`"entry ${n}"`), "/entry", `entry ${n}.`),
    "what it imports": (n) => edit("lib/deep.ts", `export const deep = "deep ${n}.";`, "/transitive", `deep ${n}.`),
    "a new file": (n) => edit(`app/new${n}/route.ts`, routeOf(`"new ${n}"`), `/new${n}`, `new ${n}.`),
    "a syntax error": (n) => edit("app/broken/route.ts", `export const GET = ${n} => ;`, "/broken", "SyntaxError"),
    "its fix": (n) => edit("app/broken/route.ts", routeOf(`"fixed ${n}"`), "/broken", `fixed ${n}.`),
  };
  const times = new Map(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]));
  for (let n = 1; n <= Number(values.edits); n++) {
    for (const [kind, run] of Object.entries(kinds)) times.get(kind)!.push(await run(n));
  }
  console.log(`edit to response, ms  ${["median", "worst"].map((name) => name.padStart(8)).join("")}`);
  for (const [kind, list] of times) {
    console.log(kind.padEnd(21), [median(list), Math.max(...list)].map((ms) => ms.toFixed(1).padStart(8)).join(""));
  }

  const memory = async () => Number((await get("/memory")).text) / 1024 / 1024;
  const before = await memory();
  for (let n = 1; n <= Number(values.more); n++) {
    await edit("lib/deep.ts", `export const deep = "more ${n}.";`, "/transitive", `more ${n}.`);
  }
  const growth = await memory() - before;
  console.log(`${values.more} more edits: memory grew by ${growth.toFixed(0)} MiB, ${wrong} wrong answers`);
  assert(wrong === 0, `${wrong} wrong answers`);
  assert(growth < GROWTH, `Memory grew by ${growth} MiB, more than ${GROWTH}`);
} finally {
  await Deno.remove(root, { recursive: true });
}

async function writeProject(count: number): Promise<void> {
  await write("deno.json", `{ "compilerOptions": { "moduleResolution": "bundler" } }`);
  await write("lib/deep.ts", `export const deep = "deep 0.";`);
  await write("lib/middle.ts", `export { deep } from "./deep";`);
  for (let n = 0; n < count; n++) await write(`app/area${n % 7}/route${n}/route.ts`, routeOf(`"route ${n}"`));
  await write("app/entry/route.ts", routeOf(`"entry 0"`));
  await write("app/broken/route.ts", routeOf(`"fixed 0"`));
  await write(
    "app/transitive/route.ts",
    `import { deep } from "../../lib/middle";\nexport const GET = () => new Response(deep);`,
  );
  await write(
    "app/untouched/route.ts",
    `const state = Math.random();\nexport const GET = () => new Response(\`\${state} \${Deno.pid}\`);`,
  );
  await write("app/memory/route.ts", `export const GET = () => new Response(\`\${Deno.memoryUsage().rss}\`);`);
}

function routeOf(text: string): string {
  return `export const GET = () => new Response(${text} + ".");\n`;
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(join(root, path, ".."), { recursive: true });
  await Deno.writeTextFile(join(root, path), text);
}
