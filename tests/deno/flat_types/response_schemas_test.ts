import { assertEquals } from "@std/assert";
import { readResponseSchemas, type ResponseSchemas } from "../../../src/deno/flat_types/response_schemas.ts";
import { scanProject } from "../../../src/deno/project/scan.ts";
import { temporaryFiles } from "../../helpers/app.ts";

const HEAD = `import { NextResponse } from "next/server";
interface User { id: number; name?: string; born: Date; friends: User[] }
type Role = "admin" | "user";
declare const node: { next?: typeof node };
declare const user: User, flag: boolean, map: Map<string, number>, role: Role, record: Record<string, number>;
declare const branded: string & { readonly brand: unique symbol };
declare const init: ResponseInit;
void NextResponse;
`;

const TEXT = { type: "string" }, NUMBER = { type: "number" };
const json = (schema: unknown) => ({ "application/json": { schema } });
const OK = (schema: unknown) => ({ 200: json(schema) });

const USER = {
  type: "object",
  properties: {
    id: NUMBER,
    name: TEXT,
    born: { type: "string", format: "date-time" },
    friends: { type: "array", items: { $ref: "#/$defs/User" } },
  },
  required: ["id", "born", "friends"],
};

/** The code of a handler, and its responses. */
const CASES: readonly [code: string, responses: unknown][] = [
  [
    "export const GET = () => NextResponse.json({ a: 1, b: 'x', c: true })",
    OK({
      type: "object",
      properties: { a: NUMBER, b: TEXT, c: { type: "boolean" } },
      required: ["a", "b", "c"],
    }),
  ],
  ["export const GET = () => Response.json([1, 2])", OK({ type: "array", items: NUMBER })],
  ["export async function GET() { return NextResponse.json('x', { status: 201 }); }", { 201: json(TEXT) }],
  [
    `export function GET() {
  if (flag) return NextResponse.json({ error: "none" }, { status: 404 });
  const inner = () => { return NextResponse.json(1, { status: 500 }); };
  void inner;
  return flag ? NextResponse.json(1) : NextResponse.json("x", { headers: { a: "b" } });
}`,
    {
      200: json({ anyOf: [NUMBER, TEXT] }),
      404: json({ type: "object", properties: { error: TEXT }, required: ["error"] }),
    },
  ],
  ["export const GET = () => NextResponse.json(1, init)", { default: json(NUMBER) }],
  ["export const GET = () => NextResponse.json(1, { ...init })", { default: json(NUMBER) }],
  [
    "const load = async () => NextResponse.json(1, { status: 201 });\nexport const GET = async () => await load();",
    { default: json(NUMBER) },
  ],
  ["const load = () => NextResponse.json(1);\nexport { load as GET };", OK(NUMBER)],
  [
    `const wrap = (handler: () => Response) => (): NextResponse<string> => { void handler; return NextResponse.json("x"); };
export const GET = wrap(() => NextResponse.json(1));`,
    { default: json(TEXT) },
  ],
  [
    `import { route } from "@x/routes/route";
export const GET = route({ summary: "x" }, () => NextResponse.json({ role }));`,
    OK({
      type: "object",
      properties: { role: { type: "string", enum: ["admin", "user"] } },
      required: ["role"],
    }),
  ],
  [
    "export const GET = () => NextResponse.json(user)",
    OK({
      $ref: "#/$defs/User",
      $defs: {
        User: USER,
      },
    }),
  ],
  ["export const GET = () => NextResponse.json(JSON.parse('1'))", OK({})],
  ["export const GET = () => new Response(null, { status: 204 })", { 204: {} }],
  ["export const GET = () => new Response('x')", { 200: { "text/plain": { schema: TEXT } } }],
  ["export const GET = () => new Response(JSON.stringify([1]))", OK({ type: "array", items: NUMBER })],
  ["export const GET = () => new Response('x', { headers: { a: 'b' } })", undefined],
  ["export const GET = (request: Request) => fetch(request)", undefined],
];

Deno.test("readResponseSchemas() reads the bodies of responses by status", async (t) => {
  const files = CASES.map(([code], index) => [`app/r${index}/route.ts`, `${HEAD}${code}\n`]);
  const imports = { "@x/routes/route": new URL("../../../src/route.ts", import.meta.url).href };
  await using project = await temporaryFiles({
    ...Object.fromEntries(files),
    "deno.json": JSON.stringify({ imports }),
  });
  const { root, manifest } = await scanProject(project.dir);
  const schemas: ResponseSchemas = await readResponseSchemas(manifest, root);
  assertEquals(schemas.missing.filter(({ parent }) => parent.startsWith(root)), []);
  for (const [index, [code, responses]] of CASES.entries()) {
    await t.step(code, () => assertEquals(schemas.get(`app/r${index}/route.ts`, "GET") as unknown, responses));
  }
});
