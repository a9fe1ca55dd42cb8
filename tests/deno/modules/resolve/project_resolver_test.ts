import { assertEquals, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { createProjectResolver } from "../../../../src/deno/modules/resolve/project_resolver.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

const FILES = {
  "package.json": `{ "name": "site", "imports": { "#db": "./src/lib/db.ts" } }`,
  "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
  "app/[id]/route.ts": "",
  "src/lib/db.ts": "",
  "src/card/index.tsx": "",
  "node_modules/zod/package.json":
    `{ "name": "zod", "exports": { "react-server": "./s.js", "development": "./d.js", "default": "./i.js" } }`,
  "node_modules/zod/s.js": "",
  "node_modules/zod/d.js": "",
  "node_modules/zod/i.js": "",
  "node_modules/dual/package.json": `{ "exports": { "development": "./d.js", "production": "./p.js" } }`,
  "node_modules/dual/d.js": "",
  "node_modules/dual/p.js": "",
  "packages/ui/src/index.ts": "",
  "packages/ui/package.json": `{ "main": "src/index.ts" }`,
};

const WORKSPACE = {
  ...FILES,
  "packages/ui/tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"], "~ui/*": ["./src/*"] } } }`,
  "packages/ui/src/card.ts": "",
};

for (
  const [specifier, path] of [["@/card", "packages/ui/src/card.ts"], ["~ui/card", "packages/ui/src/card.ts"], [
    "@/lib/db",
    "src/lib/db.ts",
  ]]
) {
  Deno.test(`createProjectResolver() finds ${path} for "${specifier}" of a workspace package`, async () => {
    await using project = await temporaryFiles(WORKSPACE);
    const root = toFileUrl(`${project.dir}/`).href;
    const found = createProjectResolver(project.dir).resolve(specifier!, `${root}packages/ui/src/index.ts`, "import");
    assertEquals(found, { kind: "file", url: root + path });
  });
}

const FOUND: readonly (readonly [specifier: string, path: string, isDevelopment?: boolean])[] = [
  ["@/lib/db", "src/lib/db.ts"],
  ["@/card", "src/card/index.tsx"],
  ["@/card/", "src/card/index.tsx"],
  ["#db", "src/lib/db.ts"],
  ["zod", "node_modules/zod/s.js"],
  ["dual", "node_modules/dual/p.js"],
  ["dual", "node_modules/dual/d.js", true],
  ["ui", "packages/ui/src/index.ts"],
];

for (const [specifier, path, isDevelopment = false] of FOUND) {
  Deno.test(`createProjectResolver() finds ${path} for "${specifier}"`, async () => {
    await using project = await temporaryFiles(FILES);
    await Deno.symlink("../packages/ui", `${project.dir}/node_modules/ui`);
    const root = toFileUrl(`${project.dir}/`).href;
    const resolver = createProjectResolver(project.dir, { isDevelopment });
    const found = resolver.resolve(specifier, new URL("app/[id]/route.ts", root).href, "import");
    assertEquals(found, { kind: "file", url: root + path });
  });
}

Deno.test("createProjectResolver() keeps the path of a project behind a link", async () => {
  await using project = await temporaryFiles(Object.fromEntries(
    Object.entries(FILES).map(([path, text]) => [`real/${path}`, text]),
  ));
  await Deno.symlink("real", `${project.dir}/link`);
  const root = toFileUrl(`${project.dir}/link/`).href;
  const resolver = createProjectResolver(`${project.dir}/link`);
  for (const [specifier, path] of [["@/lib/db", "src/lib/db.ts"], ["zod", "node_modules/zod/s.js"]]) {
    const found = resolver.resolve(specifier!, `${root}app/[id]/route.ts`, "import");
    assertEquals(found, { kind: "file", url: root + path });
  }
  assertEquals(resolver.getCanonicalUrl(`${root}app/[id]/route.ts`), `${root}app/[id]/route.ts`);
});

Deno.test("createProjectResolver() names the files of the project relative to it", async () => {
  await using project = await temporaryFiles(FILES);
  const parent = toFileUrl(`${project.dir}/app/[id]/route.ts`).href;
  const { message } = assertThrows(
    () => createProjectResolver(project.dir).resolve("@/gone", parent, "import"),
    Error,
  );
  assertEquals(
    message,
    `Cannot find "@/gone" imported from app/[id]/route.ts: tsconfig.json maps it to "src/gone", which does not exist`,
  );
});

Deno.test("createProjectResolver() names the invalid tsconfig.json", async () => {
  await using project = await temporaryFiles({ ...FILES, "tsconfig.json": "{" });
  const parent = toFileUrl(`${project.dir}/app/[id]/route.ts`).href;
  assertThrows(
    () => createProjectResolver(project.dir).resolve("@/gone", parent, "import"),
    SyntaxError,
    "tsconfig.json",
  );
});
