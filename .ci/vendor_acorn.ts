/**
 * Copies acorn from npm into `src/`, or checks that the copy is verbatim.
 *
 *     deno run -A .ci/vendor_acorn.ts 8.19.0
 *     deno run -A .ci/vendor_acorn.ts --check
 */
import { join } from "@std/path";
import { version as present } from "../src/deno/modules/source/vendor/acorn/acorn.js";

const VENDOR = new URL("../src/deno/modules/source/vendor/acorn/", import.meta.url);
/** The files, and where they are in the package. Named `.js`, because not every registry serves `.mjs` as JavaScript. */
const FILES = { "acorn.js": "dist/acorn.mjs", "acorn.d.mts": "dist/acorn.d.mts", "LICENSE": "LICENSE" };
/** What the README says about the package. */
const ORIGIN = /`npm:acorn@.*`, `sha512-.*`/;

const isCheck = Deno.args[0] === "--check";
const version = isCheck ? present : Deno.args[0];
if (version === undefined) {
  throw new TypeError("No version is given, write one: deno run -A .ci/vendor_acorn.ts 8.19.0");
}

const folder = await Deno.makeTempDir();
try {
  const integrity = await install(folder, version);
  for (const [name, path] of Object.entries(FILES)) {
    await put(name, await Deno.readTextFile(join(folder, "node_modules/acorn", path)));
  }
  const readme = await Deno.readTextFile(new URL("README.md", VENDOR));
  await put("README.md", readme.replace(ORIGIN, `\`npm:acorn@${version}\`, \`${integrity}\``));
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(`${isCheck ? "Checked" : "Copied"} acorn ${version}`);

/** Installs acorn into a folder, and returns the hash that Deno has checked the package with. */
async function install(folder: string, version: string): Promise<string> {
  await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ nodeModulesDir: "auto" }));
  const args = ["add", "--save-exact", "--quiet", `npm:acorn@${version}`];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
  if (!success) throw new Error(`Cannot install acorn ${version}: ${new TextDecoder().decode(stderr)}`);
  const lock = JSON.parse(await Deno.readTextFile(join(folder, "deno.lock")));
  return lock.npm[`acorn@${version}`].integrity;
}

/** Writes a file of the copy, or compares it. */
async function put(name: string, text: string): Promise<void> {
  const url = new URL(name, VENDOR);
  if (!isCheck) await Deno.writeTextFile(url, text);
  else if (await Deno.readTextFile(url) !== text) {
    throw new Error(`${name} differs from that of acorn ${version}, run: deno run -A .ci/vendor_acorn.ts ${version}`);
  }
}
