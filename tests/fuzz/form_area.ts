/**
 * Forms through `request.formData()`: multipart and urlencoded, whole and garbled, and larger than anyone needs.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { FuzzArea, Problem } from "./area.ts";
import { bytesOf, exchange } from "./http1.ts";
import { chance, integer, longText, pick, pieces, type Random, several } from "./random.ts";
import { problemOf } from "./views.ts";

type Field = {
  readonly name: string;
  readonly value: string;
  /** The name of a file; `null` for a text. */
  readonly filename: string | null;
  /** The type of a file; `null` for none. */
  readonly type: string | null;
};

type FormInput = {
  readonly isMultipart: boolean;
  readonly boundary: string;
  readonly fields: readonly Field[];
  /** How often the fields come, as far as there is room. */
  readonly times: number;
  /** Another content type than that of the form; `null` for the right one. */
  readonly contentType: string | null;
  /** What happens to the bytes, one after the other. */
  readonly changes: readonly { readonly at: number; readonly remove: number; readonly insert: string }[];
};

/** How large a form of many fields is, about. */
const MOST_BYTES = 16_000_000;
/** From where on a form may be refused: in fields, and in bytes. */
const MANY = 1000, LARGE_BYTES = 1_000_000;
const PLAIN = ["a", "B", "7", "-", "_", ".", "__proto__", "\u00e9", "\u65e5"];
const ODD = [...PLAIN, " ", '"', "\\", ";", "=", "%22", "%0D%0A", "\r\n", "\0", "'", "\u{1f995}", "&", "+"];
const VALUE = [
  ...PLAIN,
  "\r\n",
  "\n",
  "\0",
  "--",
  "\r\n--",
  "--x--",
  "\r\n\r\n",
  "&",
  "=",
  "+",
  "%",
  "%41",
  "; filename=",
  " ",
];
const CHANGE = [
  "\r\n",
  "\r\n\r\n",
  "--",
  "--x",
  "--x--",
  '"',
  ";",
  "=",
  ":",
  "\0",
  "\u00ff",
  "Content-Disposition: form-data",
  "filename",
  "&",
  "%",
];
const TYPES = [
  "multipart/form-data",
  "multipart/form-data; boundary=",
  'multipart/form-data; boundary=""',
  "multipart/form-data; boundary=x; boundary=y",
  "multipart/form-data;boundary=x;charset=utf-8",
  'multipart/form-data; a="boundary=y"; boundary=x',
  "multipart/mixed; boundary=x",
  "MULTIPART/FORM-DATA; BOUNDARY=x",
  "application/x-www-form-urlencoded;charset=utf-16",
  "application/x-www-form-urlencoded, multipart/form-data",
  "text/plain",
  "",
  ";",
];
const TYPE_PIECES = ["multipart/form-data", ";", " ", "boundary=", "x", '"', "=", "\t", "boundary"];

/** Forms. */
export const formArea: FuzzArea<FormInput> = {
  name: "forms",
  make(random) {
    const isMultipart = chance(random, 0.6);
    const isPlain = chance(random, 0.5);
    return {
      isMultipart,
      boundary: chance(random, 0.8)
        ? "x"
        : pick(random, ["----WebKitFormBoundaryA1", "'()+_,-./:=?", "x y", "-", "x".repeat(70)]),
      fields: several(random, 4, (random) => makeField(random, isPlain ? PLAIN : ODD)),
      times: chance(random, 0.004) ? 1 + integer(random, 60_000) : 1,
      contentType: chance(random, 0.85) ? null : makeType(random),
      changes: chance(random, 0.6) ? [] : several(random, 3, makeChange),
    };
  },
  async check(input, { ports }) {
    const body = encode(bodyOf(input));
    const lines = ["host: localhost", "connection: close", `content-length: ${body.length}`];
    lines.push(`content-type: ${input.contentType ?? typeOf(input)}`);
    const { answers: [answer] } = await exchange(
      ports.echo,
      `POST /form HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`,
      true,
    );
    if (answer === undefined) return { kind: "a form has no answer", detail: `${body.length} bytes` };
    const problem = problemOf(answer, true);
    if (problem !== null || !isTidy(input)) return problem;
    const isLarge = input.fields.length * timesOf(input) > MANY || body.length > LARGE_BYTES;
    if (isLarge && answer.status === 413) return null;
    if (answer.status !== 200) return { kind: "a form is refused", detail: `status ${answer.status}` };
    return compare(input, JSON.parse(new TextDecoder().decode(bytesOf(answer.body))));
  },
};

function makeField(random: Random, names: readonly string[]): Field {
  const isFile = chance(random, 0.4);
  return {
    name: pieces(random, 3, names),
    value: chance(random, 0.003) ? longText(random, 3_000_000, VALUE) : pieces(random, 6, VALUE),
    filename: isFile ? pieces(random, 3, names) : null,
    type: isFile && chance(random, 0.5) ? pick(random, ["image/png", "text/plain", "application/json"]) : null,
  };
}

function makeType(random: Random): string {
  if (chance(random, 0.1)) return longText(random, 50_000, TYPE_PIECES);
  return chance(random, 0.7) ? pick(random, TYPES) : pieces(random, 8, TYPE_PIECES);
}

function makeChange(random: Random): FormInput["changes"][number] {
  const isLong = chance(random, 0.02);
  return {
    at: random(),
    remove: chance(random, 0.5) ? integer(random, 30) : 0,
    insert: isLong ? longText(random, 1_000_000, CHANGE) : pieces(random, 3, CHANGE),
  };
}

function typeOf({ isMultipart, boundary }: FormInput): string {
  if (!isMultipart) return "application/x-www-form-urlencoded";
  return `multipart/form-data; boundary=${/^[\w-]+$/.test(boundary) ? boundary : `"${boundary}"`}`;
}

/** The body as text. */
function bodyOf(input: FormInput): string {
  const { isMultipart, boundary, changes } = input;
  let body = onceOf(input).repeat(timesOf(input));
  if (isMultipart) body += `--${boundary}--\r\n`;
  else body = body.slice(0, -1);
  for (const { at, remove, insert } of changes) {
    const start = Math.floor(Math.abs(at) * body.length);
    body = body.slice(0, start) + insert + body.slice(start + remove);
  }
  return body;
}

/** The fields, once. */
function onceOf({ isMultipart, boundary, fields }: FormInput): string {
  return isMultipart
    ? fields.map((field) => part(boundary, field)).join("")
    : fields.map(({ name, value }) => `${escape(name)}=${escape(value)}&`).join("");
}

function timesOf(input: FormInput): number {
  return Math.min(input.times, Math.ceil(MOST_BYTES / Math.max(1, onceOf(input).length)));
}

function part(boundary: string, { name, value, filename, type }: Field): string {
  const disposition = `form-data; name="${name}"${filename === null ? "" : `; filename="${filename}"`}`;
  const lines = [
    `--${boundary}`,
    `Content-Disposition: ${disposition}`,
    ...type === null ? [] : [`Content-Type: ${type}`],
  ];
  return `${lines.join("\r\n")}\r\n\r\n${value}\r\n`;
}

function escape(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+");
}

/** The bytes of a text as UTF-8, a character each. */
function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 8192) encoded += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return encoded;
}

/** Whether all who read forms agree what this one has. */
function isTidy({ isMultipart, boundary, fields, contentType, changes, times }: FormInput): boolean {
  if (changes.length > 0 || contentType !== null || times < 1 || !/^[\w-]+$/.test(boundary)) return false;
  if (!isMultipart) return true;
  const isName = (text: string) => /^[\w.\u00e9\u65e5-]+$/.test(text);
  return fields.every(({ name, value, filename }) =>
    isName(name) && (filename === null || isName(filename)) && !value.includes(`--${boundary}`)
  );
}

function compare(input: FormInput, seen: unknown): Problem | null {
  const { isMultipart, fields } = input;
  const times = timesOf(input);
  const once = fields.map(({ name, value, filename, type }) => [
    name,
    isMultipart && filename !== null ? [filename, type ?? "text/plain", value] : value,
  ]);
  const expected = once.length * times > MANY ? once.length * times : Array.from({ length: times }, () => once).flat();
  try {
    assertEquals(seen, expected);
    return null;
  } catch {
    const [wanted, got] = [expected, seen].map((value) => JSON.stringify(value).slice(0, 400));
    return { kind: "a form is read otherwise", detail: `expected ${wanted}, got ${got}` };
  }
}
