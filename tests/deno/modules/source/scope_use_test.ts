import { assertEquals } from "@std/assert";
import { mayUseScope } from "../../../../src/deno/modules/source/scope_use.ts";

const NO = [
  `export function GET() { return new Response("after the connection"); }`,
  `import { NextResponse } from "next/server";`,
  `import { NextResponse, type NextRequest } from 'next/server';`,
  `import type { NextRequest } from "next/server";\nimport { NextResponse } from "next/server.js";`,
  `import { redirect } from "next/navigation";`,
  `import { db } from "../lib/db";`,
];
const YES = [
  `import { cookies } from "next/headers";`,
  `import { headers } from 'next/headers.js';`,
  `import { revalidateTag } from "next/cache";`,
  `import { cookies } from "next/dist/server/request/cookies";`,
  `import { after } from "next/server";`,
  `import { NextResponse, after as later } from "next/server";`,
  `import { connection } from "next/server";`,
  `import * as server from "next/server";`,
  `export * from "next/server";`,
  `export { after } from "next/server";`,
  `import server from "next/server";`,
  `import { NextResponse } from "next/server";\nimport * as all from "next/server";`,
  `const { cookies } = await import("next/headers");`,
  `const lazy = () => import ("./lib.ts");`,
  `const { cookies } = require("next/headers");`,
  `const server = createRequire(import.meta.url)("x"); require`,
  `import { cookies } from "@x/routes/headers";`,
  `import { cookies } from "jsr:@x/routes@^0.1/headers";`,
];

for (const [sources, used] of [[NO, false], [YES, true]] as const) {
  for (const source of sources) {
    Deno.test(`mayUseScope() is ${used} for ${source.replaceAll("\n", " ")}`, () => {
      assertEquals(mayUseScope(source), used);
    });
  }
}
