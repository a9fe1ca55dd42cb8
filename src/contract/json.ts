/**
 * The types of values that are sent as JSON.
 *
 * @module
 */

/**
 * The values that JSON makes a `T` of: a `Date` for a string, for example.
 *
 * @template T What the client receives.
 */
export type Sendable<T> = unknown extends T ? unknown
  : (T extends object ? { readonly [Key in keyof T]: Sendable<T[Key]> } : T) | { toJSON(key?: string): T };
