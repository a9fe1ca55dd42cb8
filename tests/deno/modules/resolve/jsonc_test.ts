import { assertEquals, assertThrows } from "@std/assert";
import { readJsonc } from "../../../../src/deno/modules/resolve/jsonc.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

const TEXTS: readonly (readonly [what: string, text: string, value: unknown])[] = [
  ["plain JSON", `{ "a": [1, true, null, "x"] }`, { a: [1, true, null, "x"] }],
  ["a line comment", `{ // "a": 2\n  "a": 1 // end\n}`, { a: 1 }],
  ["a line comment without an end", `{ "a": 1 } // end`, { a: 1 }],
  ["a block comment over lines", `{ /* "a": 2,\n\n */ "a": 1 }`, { a: 1 }],
  ["a block comment of stars", `/** x **/{ "a": 1 }/***/`, { a: 1 }],
  ["a comma at the end of an object", `{ "a": 1, }`, { a: 1 }],
  ["a comma at the end of a list", `[1, 2,\n]`, [1, 2]],
  ["commas at several ends", `{ "a": [1, { "b": 2, }, ], }`, { a: [1, { b: 2 }] }],
  ["a comma, a comment, a bracket", `[1, // x\n /* y */ ]`, [1]],
  ["a comma in a comment", `[1 /* , */ ]`, [1]],
  ["a comment in a string", `{ "a": "// x", "b": "/* y */" }`, { a: "// x", b: "/* y */" }],
  ["an address", `{ "a": "https://x.test/a" }`, { a: "https://x.test/a" }],
  ["a comma and a bracket in a string", `{ "a": ",]", "b": ", }" }`, { a: ",]", b: ", }" }],
  ["patterns of paths", `{ "@/*": ["./src/*"], "**/*": "*/" }`, { "@/*": ["./src/*"], "**/*": "*/" }],
  ["escaped quotes", String.raw`{ "a\"//": "\\", "b": "\"," }`, { 'a"//': "\\", b: '",' }],
  ["a byte order mark", `\ufeff{ "a": 1 }`, { a: 1 }],
  ["line ends of Windows", `{\r\n  // x\r\n  "a": 1,\r\n}\r\n`, { a: 1 }],
  ["an empty object", "{}", {}],
  ["false, which is something", "false", false],
];

for (const [what, text, value] of TEXTS) {
  Deno.test(`readJsonc() reads ${what}`, async () => {
    await using files = await temporaryFiles({ "x.json": text });
    assertEquals(readJsonc(`${files.dir}/x.json`), value);
  });
}

const NOTHING: Readonly<Record<string, string>> = {
  "an empty file": "",
  "white space": " \n\t\r\n",
  "a byte order mark alone": "\ufeff",
  "a comment alone": "// nothing\n/* at all */",
  "null": "null",
};

for (const [what, text] of Object.entries(NOTHING)) {
  Deno.test(`readJsonc() returns undefined for ${what}`, async () => {
    await using files = await temporaryFiles({ "x.json": text });
    assertEquals(readJsonc(`${files.dir}/x.json`), undefined);
  });
}

Deno.test("readJsonc() returns undefined for a missing file and for a folder", async () => {
  await using files = await temporaryFiles({ "folder/x.json": "{}" });
  assertEquals(readJsonc(`${files.dir}/none.json`), undefined);
  assertEquals(readJsonc(`${files.dir}/folder`), undefined);
  assertEquals(readJsonc(`${files.dir}/folder/x.json/y.json`), undefined);
});

for (const text of [`{ "a": `, "{ a: 1 }", "[1,,2]", "'a'", `{ "a": 1 } }`, "/* never closed { }"]) {
  Deno.test(`readJsonc() throws on ${text}, and names the file`, async () => {
    await using files = await temporaryFiles({ "x.json": text });
    const error = assertThrows(
      () => readJsonc(`${files.dir}/x.json`),
      SyntaxError,
      `Cannot read "${files.dir}/x.json": `,
    );
    assertEquals(error.cause instanceof SyntaxError, true);
  });
}
