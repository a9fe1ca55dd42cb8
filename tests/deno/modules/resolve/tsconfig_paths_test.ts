import { assertEquals, assertThrows } from "@std/assert";
import { findCandidates } from "../../../../src/deno/modules/resolve/tsconfig_paths.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

type Files = Readonly<Record<string, string>>;

/** Returns the candidates of a name in a folder of files, relative to the folder. */
async function candidates(files: Files, specifier: string, folder = "."): Promise<string[]> {
  await using project = await temporaryFiles(files);
  return findCandidates(specifier, folder === "." ? project.dir : `${project.dir}/${folder}`)
    .map((path) => path.replace(`${project.dir}/`, ""));
}

/** Creates a tsconfig.json with compiler options. */
const options = (compilerOptions: unknown, more: unknown = {}): string =>
  JSON.stringify({ compilerOptions, ...more as Record<string, unknown> });

const PATHS = {
  "exact": ["./lib/exact.ts"],
  "@/*": ["./src/*"],
  "@/deep/*": ["./deeper/*"],
  "@/deep/known": ["./known.ts"],
  "two/*": ["./first/*", "./second/*"],
  "*-suffix": ["./suffixed/*"],
  "~": ["./home"],
  "#*": ["./hash/*"],
};

const NAMES: readonly (readonly [what: string, specifier: string, found: readonly string[]])[] = [
  ["an exact name", "exact", ["lib/exact.ts"]],
  ["no name that only starts like an exact one", "exact/more", []],
  ["a star", "@/a/b", ["src/a/b"]],
  ["a star of nothing", "@/", ["src/"]],
  ["the longest beginning", "@/deep/x", ["deeper/x"]],
  ["an exact name before every star", "@/deep/known", ["known.ts"]],
  ["several targets in their order", "two/x", ["first/x", "second/x"]],
  ["what stands after a star", "my-suffix", ["suffixed/my"]],
  ["a single sign", "~", ["home"]],
  ["a name that begins with a hash", "#x", ["hash/x"]],
  ["dollar signs as they are", "@/$&/$1", ["src/$&/$1"]],
  ["stars of the name as they are", "@/a*b", ["src/a*b"]],
  ["nothing for another name", "react", []],
  ["nothing where only the end fits", "-suffi", []],
];

for (const [what, specifier, found] of NAMES) {
  Deno.test(`findCandidates() reads paths: ${what}`, async () => {
    assertEquals(await candidates({ "tsconfig.json": options({ paths: PATHS }) }, specifier), [...found]);
  });
}

const FOLDERS: readonly (readonly [
  what: string,
  files: Files,
  ask: readonly [specifier: string, folder?: string],
  found: readonly string[],
])[] = [
  ["baseUrl alone", { "tsconfig.json": options({ baseUrl: "src" }) }, ["lib/a"], ["src/lib/a"]],
  [
    "paths relative to baseUrl",
    { "tsconfig.json": options({ baseUrl: "src", paths: { "@/*": ["lib/*"] } }) },
    ["@/a"],
    ["src/lib/a"],
  ],
  [
    "baseUrl for a name that no path matches",
    { "tsconfig.json": options({ baseUrl: ".", paths: { "@/*": ["lib/*"] } }) },
    ["other"],
    ["other"],
  ],
  [
    "an absolute target",
    { "tsconfig.json": options({ paths: { "@/*": ["/opt/lib/*"] } }) },
    ["@/a"],
    ["/opt/lib/a"],
  ],
  [
    "jsconfig.json",
    { "jsconfig.json": options({ paths: { "@/*": ["./js/*"] } }) },
    ["@/a"],
    ["js/a"],
  ],
  [
    "tsconfig.json before jsconfig.json",
    {
      "jsconfig.json": options({ paths: { "@/*": ["./js/*"] } }),
      "tsconfig.json": options({ paths: { "@/*": ["./ts/*"] } }),
    },
    ["@/a"],
    ["ts/a"],
  ],
  [
    "the configuration of a folder above",
    { "tsconfig.json": options({ paths: { "@/*": ["./src/*"] } }), "app/a/b/x.ts": "" },
    ["@/a", "app/a/b"],
    ["src/a"],
  ],
  [
    "the nearest configuration",
    {
      "tsconfig.json": options({ paths: { "@/*": ["./far/*"] } }),
      "app/tsconfig.json": options({ paths: { "@/*": ["./near/*"] } }),
      "app/a/x.ts": "",
    },
    ["@/a", "app/a"],
    ["app/near/a"],
  ],
  [
    "the nearest configuration, even if it is empty",
    { "tsconfig.json": options({ paths: { "@/*": ["./far/*"] } }), "app/tsconfig.json": "{}" },
    ["@/a", "app"],
    [],
  ],
  [
    "extends of a file with an extension",
    {
      "tsconfig.json": options({}, { extends: "./config/base.json" }),
      "config/base.json": options({ paths: { "@/*": ["../src/*"] } }),
    },
    ["@/a"],
    ["src/a"],
  ],
  [
    "extends of a file without an extension",
    {
      "tsconfig.json": options({}, { extends: "./base" }),
      "base.json": options({ paths: { "@/*": ["./src/*"] } }),
    },
    ["@/a"],
    ["src/a"],
  ],
  [
    "the nearest paths of a chain of extends, as a whole",
    {
      "tsconfig.json": options({}, { extends: "./b.json" }),
      "b.json": options({ paths: { "b/*": ["./b/*"] } }, { extends: "./c.json" }),
      "c.json": options({ paths: { "c/*": ["./c/*"] } }),
    },
    ["c/a"],
    [],
  ],
  [
    "an inherited baseUrl, relative to the file that has it",
    {
      "tsconfig.json": options({ paths: { "@/*": ["./x/*"] } }, { extends: "./config/base.json" }),
      "config/base.json": options({ baseUrl: "./root" }),
    },
    ["@/a"],
    ["config/root/x/a"],
  ],
  [
    "the last of an array of extends",
    {
      "tsconfig.json": options({}, { extends: ["./a.json", "./b.json"] }),
      "a.json": options({ paths: { "@/*": ["./a/*"] } }),
      "b.json": options({ paths: { "@/*": ["./b/*"] } }),
    },
    ["@/x"],
    ["b/x"],
  ],
  [
    "an array of extends with an empty configuration",
    {
      "tsconfig.json": options({}, { extends: ["./a.json", "./b.json"] }),
      "a.json": options({ paths: { "@/*": ["./a/*"] } }),
      "b.json": options({ strict: true }),
    },
    ["@/x"],
    ["a/x"],
  ],
  [
    "an ancestor that two files extend",
    {
      "tsconfig.json": options({}, { extends: ["./a.json", "./b.json"] }),
      "a.json": options({ paths: { "@/*": ["./a/*"] } }, { extends: "./base.json" }),
      "b.json": options({}, { extends: "./base.json" }),
      "base.json": options({ paths: { "@/*": ["./base/*"] } }),
    },
    ["@/x"],
    // TypeScript reads base.json once for each: what b.json inherits comes after a.json.
    ["base/x"],
  ],
  [
    "extends of a file in a package",
    {
      "tsconfig.json": options({}, { extends: "@acme/config/next.json" }),
      "node_modules/@acme/config/package.json": `{ "name": "@acme/config", "version": "1.0.0" }`,
      "node_modules/@acme/config/next.json": options({ paths: { "@/*": ["../../../src/*"] } }),
    },
    ["@/a"],
    ["src/a"],
  ],
  [
    "extends of a package",
    {
      "tsconfig.json": options({}, { extends: "acme-config" }),
      "node_modules/acme-config/package.json": `{ "name": "acme-config", "version": "1.0.0" }`,
      "node_modules/acme-config/tsconfig.json": options({ paths: { "@/*": ["../../src/*"] } }),
    },
    ["@/a"],
    ["src/a"],
  ],
  [
    "extends of a package whose main is its configuration",
    {
      "tsconfig.json": options({}, { extends: "acme-config" }),
      "node_modules/acme-config/package.json": `{ "name": "acme-config", "version": "1.0.0", "main": "base.json" }`,
      "node_modules/acme-config/base.json": options({ paths: { "@/*": ["../../src/*"] } }),
    },
    ["@/a"],
    ["src/a"],
  ],
  [
    "extends of a missing file as an empty configuration",
    { "tsconfig.json": options({ paths: { "@/*": ["./src/*"] } }, { extends: "./nowhere.json" }) },
    ["@/a"],
    ["src/a"],
  ],
  [
    "files that extend each other",
    {
      "tsconfig.json": options({ paths: { "@/*": ["./src/*"] } }, { extends: "./b.json" }),
      "b.json": options({}, { extends: "./tsconfig.json" }),
    },
    ["@/a"],
    ["src/a"],
  ],
  ["an empty file as nothing", { "tsconfig.json": "" }, ["@/a"], []],
];

for (const [what, files, [specifier, folder], found] of FOLDERS) {
  Deno.test(`findCandidates() takes ${what}`, async () => {
    assertEquals(await candidates(files, specifier, folder), [...found]);
  });
}

const TEXTS: Readonly<Record<string, string>> = {
  "line comments": `{
  // the "paths": { "@/*": ["./wrong/*"] }
  "compilerOptions": { "paths": { "@/*": ["./src/*"] } } // end
}`,
  "block comments": `{ /* "a", */ "compilerOptions": { /* }, */ "paths": { "@/*": ["./src/*" /* , */] } } }`,
  "commas at the end": `{ "compilerOptions": { "paths": { "@/*": ["./src/*",], }, }, }`,
  "a comma, a comment, a bracket": `{ "compilerOptions": { "paths": { "@/*": ["./src/*", // last
  ], /* x */ }, }, }`,
  "signs of comments in strings":
    `{ "x": "// /* ,]", "compilerOptions": { "paths": { "@/*": ["./src/*"] } }, "y": "*/" }`,
  "escaped quotes in strings": `{ "x": "\\" // \\\\", "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
  "a byte order mark": `\ufeff{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
  "line ends of Windows": `{\r\n  // a\r\n  "compilerOptions": { "paths": { "@/*": ["./src/*"] } }\r\n}\r\n`,
};

for (const [what, text] of Object.entries(TEXTS)) {
  Deno.test(`findCandidates() reads a file with ${what}`, async () => {
    assertEquals(await candidates({ "tsconfig.json": text }, "@/a"), ["src/a"]);
  });
}

Deno.test("findCandidates() names the file that is not JSON", async () => {
  await using project = await temporaryFiles({ "tsconfig.json": `{ "compilerOptions": ` });
  assertThrows(
    () => findCandidates("@/a", project.dir),
    SyntaxError,
    `Cannot read "${project.dir}/tsconfig.json": `,
  );
});

Deno.test("findCandidates() names the extended file that is not JSON", async () => {
  await using project = await temporaryFiles({ "tsconfig.json": `{ "extends": "./b.json" }`, "b.json": "{ nope }" });
  assertThrows(() => findCandidates("@/a", project.dir), SyntaxError, `Cannot read "${project.dir}/b.json": `);
});

Deno.test("findCandidates() reports a path pattern without an array, and names the file", async () => {
  await using project = await temporaryFiles({ "tsconfig.json": options({ paths: { "@/*": "./src/*" } }) });
  assertThrows(() => findCandidates("@/a", project.dir), Error, `Cannot read "${project.dir}/tsconfig.json": `);
});
