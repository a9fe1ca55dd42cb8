/**
 * The types of values that were sent as JSON.
 *
 * @module
 */

/**
 * The type of a value after `JSON.parse(JSON.stringify(value))`: a `Date` is a string, a `Map` an empty object, and
 * functions, symbols and `undefined` are dropped. `any` becomes `unknown`.
 *
 * @template T The value that the server passes to `NextResponse.json()`.
 *
 * @example
 * ```ts
 * import type { Json } from "@x/routes/client";
 *
 * const user: Json<{ name: string; createdAt: Date; nickname: string | undefined }> = {
 *   name: "Ada",
 *   createdAt: "2026-01-01T00:00:00.000Z",
 * };
 * ```
 */
export type Json<T> = unknown extends T ? unknown
  : T extends string | number | boolean | null ? T
  : T extends { toJSON(...args: never): infer Value } ? Json<Value>
  : T extends undefined | bigint | symbol | ((...args: never) => unknown) ? never
  : T extends readonly unknown[] ? { [Index in keyof T]: JsonItem<T[Index]> }
  : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> ? Record<never, never>
  : JsonObject<T>;

/** An item of an array: JSON replaces values that it cannot express with `null`. */
export type JsonItem<T> = unknown extends T ? unknown : Json<T> | (T extends Dropped ? null : never);

/** The values that JSON drops from objects. */
export type Dropped = undefined | symbol | ((...args: never) => unknown);

/** An object: a property that may be dropped is optional. */
export type JsonObject<T> = keyof T extends KeptKeys<T> ? { [Key in keyof T]: Json<T[Key]> } : JsonProperties<
  & { [Key in keyof T as Key extends KeptKeys<T> ? Key : never]: Json<T[Key]> }
  & { [Key in keyof T as Key extends OptionalKeys<T> ? Key : never]?: Json<T[Key]> }
>;

/** Merges an intersection into one object type, which is easier to read. */
export type JsonProperties<T> = { [Key in keyof T]: T[Key] };

/** The keys of properties that are never dropped; those of type `unknown` are kept. */
export type KeptKeys<T> = {
  [Key in keyof T]-?: Key extends symbol ? never
    : unknown extends T[Key] ? Key
    : Extract<T[Key], Dropped> extends never ? Key
    : never;
}[keyof T];

/** The keys of properties that are dropped for some values. */
export type OptionalKeys<T> = {
  [Key in keyof T]-?: Key extends symbol | KeptKeys<T> ? never : [Json<T[Key]>] extends [never] ? never : Key;
}[keyof T];
