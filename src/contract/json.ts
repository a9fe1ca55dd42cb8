/**
 * The types of values that are sent as JSON.
 *
 * @module
 */

/**
 * The values that are a `T` once they are sent as JSON. For a string, that includes a `Date`.
 *
 * @template T What the client receives.
 */
export type Sendable<T> = unknown extends T ? unknown
  : (T extends object ? { readonly [Key in keyof T]: Sendable<T[Key]> } : T) | { toJSON(key?: string): T };
