import { assertEquals } from "@std/assert";
import { type HandlerComments, readHandlerComments } from "../../../../src/deno/modules/source/handler_comments.ts";
import { assertLinear } from "../../../helpers/growth.ts";

const CASES: readonly [title: string, source: string, comments: HandlerComments][] = [
  ["one sentence", "/** Lists users. */\nexport function GET() {}", { GET: { summary: "Lists users" } }],
  [
    "a sentence, text and tags",
    "/**\n * Lists users, e.g. for\n * a table. Sorted.\n *\n * Slow.\n *\n * @deprecated\n * @param a A\n */\nexport const GET = 1;",
    { GET: { summary: "Lists users, e.g. for a table", description: "Sorted.\n\nSlow.", deprecated: true } },
  ],
  ["an async function", "/** A */ export async function POST() {}", { POST: { summary: "A" } }],
  ["text without a period", "/** Version 1.5 of it\n\nMore */\nexport function PUT() {}", {
    PUT: { summary: "Version 1.5 of it", description: "More" },
  }],
  ["only tags", "/** @internal */\nexport function GET() {}", { GET: {} }],
  ["no comment", "export function GET() {}", {}],
  ["another comment", "// Lists users.\nexport function GET() {}", {}],
  ["a comment that is not directly before", "/** A */\nconst a = 1;\nexport function GET() {}", {}],
  ["the comment of another handler", "/** A */\nexport function GET() {}\nexport function PUT() {}", {
    GET: { summary: "A" },
  }],
  ["code in a string", 'const text = "/** A */ export function GET() {}";', {}],
  ["another export", "/** A */\nexport const revalidate = 1;\n/** B */\nexport const GETTER = 1;", {
    GETTER: { summary: "B" },
  }],
];

for (const [title, source, comments] of CASES) {
  Deno.test(`readHandlerComments() with ${title}`, () => assertEquals(readHandlerComments(source), comments));
}

Deno.test("readHandlerComments() takes linear time", async () => {
  await assertLinear((size) => readHandlerComments("/** A *".repeat(size) + "\nexport function GET() {}"), 20_000);
});
