import { Buffer } from "node:buffer";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { createFormReader, parseForm } from "../../src/http/multipart.ts";

const TYPE = "multipart/form-data; boundary=XBOUND";

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Returns the form as data: a string, or the name, type and text of a file. */
async function read(body: string | Uint8Array<ArrayBuffer>, type: string): Promise<unknown[]> {
  return await toEntries(await parseForm(typeof body === "string" ? bytes(body) : body, type));
}

async function toEntries(form: FormData): Promise<unknown[]> {
  const entries: unknown[] = [];
  for (const [name, value] of form) {
    entries.push([name, typeof value === "string" ? value : [value.name, value.type, await value.text()]]);
  }
  return entries;
}

/** Creates a body of parts, each with its header lines and its content. */
function multipart(boundary: string, ...parts: readonly (readonly [head: string, content: string])[]): string {
  const body = parts.map(([head, content]) => `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`);
  return `${body.join("")}--${boundary}--\r\n`;
}

const FIELD = 'Content-Disposition: form-data; name="t"';
const FILE = 'Content-Disposition: form-data; name="f"; filename="a b.bin"';

const FORMS: readonly {
  readonly title: string;
  readonly type?: string;
  readonly body: string;
  readonly entries: unknown[];
}[] = [
  {
    title: "fields and a file with a type, in order",
    body: multipart("XBOUND", [FIELD, "v1"], [`${FILE}\r\nContent-Type: image/png`, "file body"], [FIELD, "v2"]),
    entries: [["t", "v1"], ["f", ["a b.bin", "image/png", "file body"]], ["t", "v2"]],
  },
  {
    title: "a file without a type as text/plain",
    body: multipart("XBOUND", [FILE, "zz"]),
    entries: [["f", ["a b.bin", "text/plain", "zz"]]],
  },
  {
    title: "a file whose type comes first, in lower case",
    body: multipart("XBOUND", [`content-type: application/json\r\n${FILE}`, "{}"]),
    entries: [["f", ["a b.bin", "application/json", "{}"]]],
  },
  {
    title: "many files, with and without a type",
    body: multipart("XBOUND", [FILE, "1"], [`${FILE}\r\nContent-Type: text/css`, "2"], [FIELD, "3"], [FILE, "4"]),
    entries: [
      ["f", ["a b.bin", "text/plain", "1"]],
      ["f", ["a b.bin", "text/css", "2"]],
      ["t", "3"],
      ["f", ["a b.bin", "text/plain", "4"]],
    ],
  },
  {
    title: "a file that speaks of a content type",
    body: multipart("XBOUND", [FILE, "Content-Type: x/y\r\nfilename=z\r\n\r\n"]),
    entries: [["f", ["a b.bin", "text/plain", "Content-Type: x/y\r\nfilename=z\r\n\r\n"]]],
  },
  {
    title: "an empty file without a name",
    body: multipart("XBOUND", ['Content-Disposition: form-data; name="f"; filename=""', ""]),
    entries: [["f", ["", "text/plain", ""]]],
  },
  {
    title: "parts without content, and without headers",
    body: `--XBOUND\r\n${FIELD}\r\n\r\n--XBOUND\r\n\r\n--XBOUND\r\n${FILE}\r\n\r\n--XBOUND--\r\n`,
    entries: [["t", ""], ["f", ["a b.bin", "text/plain", ""]]],
  },
  {
    title: "names with semicolons and equals signs",
    body: multipart("XBOUND", ['Content-Disposition: form-data; name="a;b=c"; filename="d;e=f"', "1"]),
    entries: [["a;b=c", ["d;e=f", "text/plain", "1"]]],
  },
  {
    title: "a content that begins and ends with line breaks, or with a part of the delimiter",
    body: multipart("XBOUND", [FIELD, "\r\n1\r\n"], [FIELD, "x--XBOUND"], [FIELD, "\r\n--XBOUN"], [
      FIELD,
      "\r\n--XBOUND-",
    ]),
    entries: [["t", "\r\n1\r\n"], ["t", "x--XBOUND"], ["t", "\r\n--XBOUN"], ["t", "\r\n--XBOUND-"]],
  },
  {
    title: "names that are not ASCII",
    body: multipart("XBOUND", ['Content-Disposition: form-data; name="é"; filename="日.txt"', "ü"]),
    entries: [["é", ["日.txt", "text/plain", "ü"]]],
  },
  {
    title: "names that objects have already",
    body: multipart("XBOUND", ['Content-Disposition: form-data; name="__proto__"', "1"]),
    entries: [["__proto__", "1"]],
  },
  {
    title: "a quoted boundary",
    type: 'multipart/form-data; boundary="XBOUND"',
    body: multipart("XBOUND", [FILE, "zz"]),
    entries: [["f", ["a b.bin", "text/plain", "zz"]]],
  },
  {
    title: "a quoted boundary with a blank",
    type: 'multipart/form-data; boundary="a b:c"',
    body: multipart("a b:c", [FILE, "zz"]),
    entries: [["f", ["a b.bin", "text/plain", "zz"]]],
  },
  {
    title: "a boundary among other parameters, in any case",
    type: "Multipart/Form-Data; charset=utf-8; Boundary=XBOUND ; x=y",
    body: multipart("XBOUND", [FILE, "zz"]),
    entries: [["f", ["a b.bin", "text/plain", "zz"]]],
  },
  {
    title: "a body with text before and after",
    body: `before\r\n${multipart("XBOUND", [FILE, "zz"])}after`,
    entries: [["f", ["a b.bin", "text/plain", "zz"]]],
  },
  {
    title: "no parts of an urlencoded body but its fields",
    type: "application/x-www-form-urlencoded",
    body: "a=1&b=x+y&a=%C3%A9&e=&__proto__=p",
    entries: [["a", "1"], ["b", "x y"], ["a", "é"], ["e", ""], ["__proto__", "p"]],
  },
  {
    // A delimiter starts a line (RFC 2046 §5.1.1); within a line it is content.
    title: "a boundary inside a line as content of a field",
    body: multipart("XBOUND", [FIELD, "q--XBOUND\r\n; filename=z\r\n\r\nend"]),
    entries: [["t", "q--XBOUND\r\n; filename=z\r\n\r\nend"]],
  },
  {
    title: "a boundary inside a line as content of a file",
    body: multipart("XBOUND", [FILE, "q--XBOUND\r\n; filename=z\r\n\r\nend"]),
    entries: [["f", ["a b.bin", "text/plain", "q--XBOUND\r\n; filename=z\r\n\r\nend"]]],
  },
];

for (const { title, type = TYPE, body, entries } of FORMS) {
  Deno.test(`parseForm() reads ${title}`, async () => {
    assertEquals(await read(body, type), entries);
  });

  Deno.test(`createFormReader() reads ${title} from chunks of any size`, async () => {
    const whole = bytes(body);
    for (let size = 1; size < 8; size++) {
      const reader = createFormReader(type, 100);
      for (let at = 0; at < whole.length; at += size) reader.push(whole.slice(at, at + size));
      assertEquals(await toEntries(await reader.end()), entries);
    }
  });
}

Deno.test("createFormReader() keeps every byte of a file of some megabytes", async () => {
  const content = crypto.getRandomValues(new Uint8Array(65_536));
  const reader = createFormReader(TYPE, 1);
  reader.push(bytes(`--XBOUND\r\n${FILE}\r\n\r\n`));
  for (let i = 0; i < 40; i++) reader.push(content);
  reader.push(bytes("\r\n--XBOUND--\r\n"));
  const file = (await reader.end()).get("f");
  assertInstanceOf(file, File);
  const read = await file.bytes();
  assertEquals(read.length, 40 * content.length);
  for (let i = 0; i < 40; i++) {
    assertEquals(Buffer.compare(read.subarray(i * content.length, (i + 1) * content.length), content), 0);
  }
});

Deno.test("parseForm() keeps every byte of a file, with and without a type", async () => {
  const content = Uint8Array.from({ length: 1024 }, (_, i) => i % 256);
  for (const head of [FILE, `${FILE}\r\nContent-Type: application/octet-stream`]) {
    const body = new Uint8Array([
      ...bytes(`--XBOUND\r\n${head}\r\n\r\n`),
      ...content,
      ...bytes("\r\n--XBOUND--\r\n"),
    ]);
    const file = (await parseForm(body, TYPE)).get("f");
    assertInstanceOf(file, File);
    assertEquals(await file.bytes(), content);
  }
});

Deno.test("parseForm() reads a part of a larger buffer", async () => {
  const body = bytes(`--XBOUND\r\n${multipart("XBOUND", [FILE, "zz"])}--XBOUND\r\n`);
  assertEquals(await read(body.subarray(10, -10), TYPE), [["f", ["a b.bin", "text/plain", "zz"]]]);
});

Deno.test("parseForm() does not modify the body", async () => {
  const body = bytes(multipart("XBOUND", [FILE, "zz"]));
  const before = body.slice();
  await parseForm(body, TYPE);
  assertEquals(body, before);
});

Deno.test("parseForm() reads what FormData itself writes", async () => {
  const form = new FormData();
  form.set("a", "b\r\nc");
  form.set("f", new File([new Uint8Array([0, 255, 13, 10])], 'q"uote.bin', { type: "x/y" }));
  const response = new Response(form);
  const read = await parseForm(await response.bytes(), response.headers.get("content-type") ?? "");
  const file = read.get("f");
  assertInstanceOf(file, File);
  assertEquals([read.get("a"), file.type, [...await file.bytes()]], ["b\r\nc", "x/y", [0, 255, 13, 10]]);
});

const WRONG: readonly (readonly [title: string, type: string, body: string])[] = [
  ["garbage", TYPE, "garbage"],
  ["an empty multipart body", TYPE, ""],
  ["another boundary", TYPE, multipart("OTHER", [FIELD, "1"])],
  ["a missing boundary", "multipart/form-data", multipart("XBOUND", [FIELD, "1"])],
  ["an empty boundary", "multipart/form-data; boundary=", multipart("XBOUND", [FIELD, "1"])],
  ["the type of JSON", "application/json", "{}"],
  ["another multipart type", "multipart/mixed; boundary=XBOUND", multipart("XBOUND", [FIELD, "1"])],
  ["no type", "", "a=1"],
  ["a body that ends in a part's header", TYPE, `--XBOUND\r\n${FILE}`],
  ["a body that ends in a part's content", TYPE, `--XBOUND\r\n${FIELD}\r\n\r\nab`],
];

for (const [title, type, body] of WRONG) {
  Deno.test(`parseForm() rejects ${title}`, async () => {
    await assertRejects(() => parseForm(bytes(body), type), TypeError);
  });
}

Deno.test("parseForm() pollutes nothing", async () => {
  const form = await parseForm(bytes("__proto__=polluted&constructor=x"), "application/x-www-form-urlencoded");
  assert(form.has("__proto__"));
  assertStrictEquals(form.get("toString"), null);
  assertStrictEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("parseForm() reads a body full of delimiters once, and rejects endless part headers", async () => {
  const body = "--b\r\n".repeat(60_000) + "\r\n\r\n--b--";
  await assertRejects(() => parseForm(new TextEncoder().encode(body), "multipart/form-data; boundary=b"), TypeError);
});

const REFUSED: readonly [contentType: string, message: string][] = [
  ["", 'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".'],
  ["application/json", 'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".'],
  ["multipart/form-data", "Failed to parse body as FormData."],
  ["multipart/form-data; boundary=b", "Failed to parse body as FormData."],
];

for (const [contentType, message] of REFUSED) {
  Deno.test(`parseForm() rejects a body of type "${contentType}" with the message of Next.js`, async () => {
    const error = await assertRejects(() => parseForm(new TextEncoder().encode("x"), contentType), TypeError);
    assertEquals(error.message, message);
  });
}

Deno.test("parseForm() unescapes names and file names as browsers escape them, and leaves other escapes", async () => {
  const part = (head: string) => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n1\r\n`;
  const body = [
    part('name="prices[%22eur%22]"'),
    part('name="a%41"'),
    part('name="two%0D%0Alines"'),
    part('name="f%22"; filename="my %22file%22.txt"'),
  ].join("") + "--x--\r\n";
  const form = await parseForm(bytes(body), "multipart/form-data; boundary=x");
  const names = [...form].map(([name, value]) => value instanceof File ? `${name} ${value.name} ${value.type}` : name);
  assertEquals(names, ['prices["eur"]', "a%41", "two\r\nlines", 'f" my "file".txt text/plain']);
});
