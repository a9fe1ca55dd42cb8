/**
 * The same schemas, written with three libraries.
 *
 * @module
 */

import { type } from "npm:arktype@2.2.9";
import * as v from "npm:valibot@1.5.0";
import { z } from "npm:zod@4.6.7";
import type { StandardSchema } from "../../src/route.ts";

interface Search {
  tags?: string[] | undefined;
  q?: string | undefined;
  page?: number | undefined;
}

/** The schemas of the tests, written with one library. */
export interface Library {
  /** Its name. */
  readonly name: string;
  /** A body. */
  readonly user: StandardSchema<unknown, { name: string; age: number }>;
  /** Params whose output is of another type than their input. */
  readonly numericId: StandardSchema<unknown, { id: number }>;
  /** A query that wants an array, a string, and a number of at least 1. */
  readonly search: StandardSchema<unknown, Search>;
  /** Headers. */
  readonly apiKey: StandardSchema<unknown, { "x-api-key": string }>;
  /** Cookies. */
  readonly theme: StandardSchema<unknown, { theme: "light" | "dark" }>;
  /** Values of which a client may send a secret. */
  readonly secrets: StandardSchema<unknown, unknown>;
  /** An object that is always refused, with a message that has the value `edit`. */
  readonly named: StandardSchema<unknown, unknown>;
  /** A query with an array or a name. */
  readonly either: StandardSchema<unknown, { ids: string[] } | { name: string }>;
  /** An object that takes any key. */
  readonly loose: StandardSchema<unknown, { name: string }>;
  /** A form. */
  readonly upload: StandardSchema<unknown, { title: string; files: File[] }>;
  /** A body that may be missing. */
  readonly optional: StandardSchema<unknown, { name: string } | undefined>;
}

const zod: Library = {
  name: "Zod",
  user: z.object({ name: z.string(), age: z.number() }),
  numericId: z.object({ id: z.string().regex(/^\d+$/).transform(Number) }),
  search: z.object({
    tags: z.array(z.string()).optional(),
    q: z.string().optional(),
    page: z.string().transform(Number).pipe(z.number().min(1)).optional(),
  }),
  apiKey: z.object({ "x-api-key": z.string().min(8) }),
  theme: z.object({ theme: z.enum(["light", "dark"]) }),
  secrets: z.strictObject({
    password: z.string().min(40),
    email: z.email(),
    pin: z.number().max(9),
    role: z.enum(["admin", "user"]),
    either: z.union([z.boolean(), z.object({ token: z.literal("x") })]),
    custom: z.string().refine(() => false, { error: ({ input }) => `bad value ${input}` }),
  }),
  named: z.object({ name: z.string().refine(() => false, "only an editor may edit the name") }),
  either: z.union([z.object({ ids: z.array(z.string()) }), z.object({ name: z.string() })]),
  loose: z.looseObject({ name: z.string() }),
  upload: z.object({ title: z.string(), files: z.array(z.instanceof(File)) }),
  optional: z.object({ name: z.string() }).optional(),
};

const valibot: Library = {
  name: "Valibot",
  user: v.object({ name: v.string(), age: v.number() }),
  numericId: v.object({ id: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)) }),
  search: v.object({
    tags: v.optional(v.array(v.string())),
    q: v.optional(v.string()),
    page: v.optional(v.pipe(v.string(), v.transform(Number), v.minValue(1))),
  }),
  apiKey: v.object({ "x-api-key": v.pipe(v.string(), v.minLength(8)) }),
  theme: v.object({ theme: v.picklist(["light", "dark"]) }),
  secrets: v.strictObject({
    password: v.pipe(v.string(), v.minLength(40)),
    email: v.pipe(v.string(), v.email()),
    pin: v.pipe(v.number(), v.maxValue(9)),
    role: v.picklist(["admin", "user"]),
    either: v.union([v.boolean(), v.object({ token: v.literal("x") })]),
    custom: v.pipe(v.string(), v.check(() => false, ({ input }) => `bad value ${input}`)),
  }),
  named: v.object({ name: v.pipe(v.string(), v.check(() => false, "only an editor may edit the name")) }),
  either: v.union([v.object({ ids: v.array(v.string()) }), v.object({ name: v.string() })]),
  loose: v.looseObject({ name: v.string() }),
  upload: v.object({ title: v.string(), files: v.array(v.instance(File)) }),
  optional: v.optional(v.object({ name: v.string() })),
};

const arktype: Library = {
  name: "ArkType",
  user: type({ name: "string", age: "number" }),
  numericId: type({ id: "string.integer.parse" }),
  search: type({ "tags?": "string[]", "q?": "string", "page?": type("string.integer.parse").to("number >= 1") }),
  apiKey: type({ "x-api-key": "string >= 8" }),
  theme: type({ theme: "'light' | 'dark'" }),
  secrets: type({
    password: "string >= 40",
    email: "string.email",
    pin: "number <= 9",
    role: "'admin' | 'user'",
    either: type("boolean").or({ token: "'x'" }),
    custom: type("string").narrow((value, context) => context.reject({ message: `bad value ${value}` })),
    "+": "reject",
  }),
  named: type({
    name: type("string").narrow((_, context) => context.reject({ message: "only an editor may edit the name" })),
  }),
  either: type({ ids: "string[]" }).or({ name: "string" }),
  loose: type({ name: "string" }),
  upload: type({ title: "string", files: "File[]" }),
  optional: type({ name: "string" }).or("undefined"),
};

/** The libraries. */
export const LIBRARIES: readonly Library[] = [zod, valibot, arktype];
