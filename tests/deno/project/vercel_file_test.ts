import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readVercelCrons } from "../../../src/deno/project/vercel_file.ts";
import { temporaryFiles } from "../../helpers/app.ts";

const DAILY = { path: "/api/daily", schedule: "0 5 * * *" };

for (
  const [title, text, expected] of [
    ["no crons", `{ "regions": ["fra1"] }`, []],
    ["an empty list", `{ "crons": [] }`, []],
    ["crons with comments", `{ /* daily */ "crons": [${JSON.stringify({ ...DAILY, other: 1 })},] }`, [DAILY]],
    ["no contents", "", []],
  ] as const
) {
  Deno.test(`readVercelCrons() reads a file with ${title}`, async () => {
    await using project = await temporaryFiles({ "vercel.json": text });
    assertEquals(readVercelCrons(project.dir), expected);
  });
}

Deno.test("readVercelCrons() of a project without vercel.json is empty", async () => {
  await using project = await temporaryFiles({});
  assertEquals(readVercelCrons(project.dir), []);
});

for (
  const [text, message] of [
    [`{ "crons": `, "Cannot read"],
    [
      `{ "crons": "0 5 * * *" }`,
      'vercel.json": crons is "0 5 * * *", write an array of objects such as { "path": "/api/',
    ],
    [`{ "crons": [{ "path": "/x" }] }`, 'crons is [{"path":"/x"}], write an array of objects'],
  ] as const
) {
  Deno.test(`readVercelCrons() rejects ${text}, and names the file`, async () => {
    await using project = await temporaryFiles({ "vercel.json": text });
    assertStringIncludes(assertThrows(() => readVercelCrons(project.dir), Error).message, message);
  });
}
