import { assertEquals, assertRejects } from "@std/assert";
import { loadEnvFiles } from "../../../src/deno/project/env_files.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";

/** What the files set, names without the `T_` that keeps them apart from the environment's own. */
async function loaded(
  files: Readonly<Record<string, string>>,
  mode = "production",
  process: Readonly<Record<string, string>> = {},
): Promise<{ names: string[]; variables: Record<string, string> }> {
  await using project = await temporaryFiles(files);
  for (const [name, value] of Object.entries(process)) Deno.env.set(name, value);
  try {
    const names = await loadEnvFiles(project.dir, mode);
    const own = Object.entries(Deno.env.toObject()).filter(([name]) => name.startsWith("T_"));
    return { names, variables: Object.fromEntries(own) };
  } finally {
    for (const name of Object.keys(Deno.env.toObject())) if (name.startsWith("T_")) Deno.env.delete(name);
  }
}

const ALL = [".env", ".env.local", ".env.production", ".env.production.local", ".env.development", ".env.test"];
const each = Object.fromEntries(ALL.map((name) => [name, `T_A=${name}`]));

const ORDER: readonly [mode: string, names: readonly string[]][] = [
  ["production", [".env.production.local", ".env.local", ".env.production", ".env"]],
  ["development", [".env.local", ".env.development", ".env"]],
  ["test", [".env.test", ".env"]],
  ["other", [".env.local", ".env"]],
];

for (const [mode, names] of ORDER) {
  Deno.test(`loadEnvFiles() reads ${names.join(", ")} in mode ${mode}; the first wins`, async () => {
    assertEquals(await loaded(each, mode), { names: [...names], variables: { T_A: names[0]! } });
  });
}

Deno.test("loadEnvFiles() reads each variable from the first file that has it", async () => {
  const files = { ".env": "T_A=1\nT_B=1\nT_C=1", ".env.production": "T_B=2\nT_C=2", ".env.local": "T_C=3" };
  assertEquals((await loaded(files)).variables, { T_A: "1", T_B: "2", T_C: "3" });
});

for (const value of ["process", ""]) {
  Deno.test(`loadEnvFiles() overrides no existing variable: ${JSON.stringify(value)}`, async () => {
    const { variables } = await loaded({ ".env": "T_A=file\nT_B=$T_A!" }, "production", { T_A: value });
    assertEquals(variables, { T_A: value, T_B: `${value}!` });
  });
}

const VALUES: readonly [text: string, variables: Record<string, string>][] = [
  ["", {}],
  ["# T_A=1", {}],
  ["T_A=", { T_A: "" }],
  ["T_A=a b # more", { T_A: "a b" }],
  ['T_A="a # b"', { T_A: "a # b" }],
  ["T_A='a # b'", { T_A: "a # b" }],
  ['T_A="a\\nb"', { T_A: "a\nb" }],
  ['T_A="a\nb"', { T_A: "a\nb" }],
  ["export T_A=1", { T_A: "1" }],
  ["T_A=1\r\nT_B=2\r\n", { T_A: "1", T_B: "2" }],
  ["T_A=1\nT_A=2", { T_A: "2" }],
  ["T_A=x=y", { T_A: "x=y" }],
  ["T_A=1\nT_B=$T_A-${T_A}", { T_A: "1", T_B: "1-1" }],
  ["T_B=$T_A\nT_A=1", { T_A: "1", T_B: "1" }],
  ["T_A=1\nT_B=a$T_A", { T_A: "1", T_B: "a1" }],
  ["T_A=1\nT_B=\\$T_A", { T_A: "1", T_B: "$T_A" }],
  ["T_A=a\\$b", { T_A: "a$b" }],
  ["T_A=$T_NONE", { T_A: "" }],
  ["T_A=${T_NONE:-else}", { T_A: "else" }],
  ["T_A=$T_A", { T_A: "" }],
  ["T_A=$T_B\nT_B=$T_A", { T_A: "", T_B: "" }],
  ["T_A=cost 5$", { T_A: "cost 5$" }],
  ["T_A=$1", { T_A: "$1" }],
  ["T_A=1\nT_B=2\nT_C=postgres://$T_A:${T_B}@h/d", { T_A: "1", T_B: "2", T_C: "postgres://1:2@h/d" }],
  ["T_A=日本", { T_A: "日本" }],
];

for (const [text, variables] of VALUES) {
  Deno.test(`loadEnvFiles() reads ${JSON.stringify(text)}`, async () => {
    assertEquals((await loaded({ ".env": text })).variables, variables);
  });
}

Deno.test("loadEnvFiles() expands a variable of another file with the value that takes precedence", async () => {
  const files = { ".env": "T_A=low\nT_B=<$T_A>", ".env.local": "T_A=high" };
  assertEquals((await loaded(files)).variables, { T_A: "high", T_B: "<high>" });
});

Deno.test("loadEnvFiles() finds nothing in an empty project, and ignores a folder of that name", async () => {
  assertEquals(await loaded({}), { names: [], variables: {} });
  assertEquals(await loaded({ ".env/x": "" }), { names: [], variables: {} });
});

Deno.test("loadEnvFiles() names the file that it cannot read", async () => {
  await using project = await temporaryFiles({});
  // Not a matter of rights, which the superuser has all.
  await Deno.symlink(`${project.dir}/.env`, `${project.dir}/.env`);
  await assertRejects(() => loadEnvFiles(project.dir, "production"), Error, `Cannot read "${project.dir}/.env"`);
});

Deno.test({
  name: "loadEnvFiles() reports missing permission to set variables, and sets none",
  permissions: { read: true, write: true, env: false },
  async fn() {
    await using project = await temporaryFiles({ ".env": "T_A=1" });
    let names: string[] = [];
    const lines = await captured("warn", async () => void (names = await loadEnvFiles(project.dir, "production")));
    const message =
      "Cannot set the variables of .env: permission to change the environment is missing, add --allow-env";
    assertEquals([names, lines], [[], [message]]);
  },
});
