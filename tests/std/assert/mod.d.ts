/** What is false in a condition. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** Like an array, but not a string. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** Thrown by a failed assertion. */
export class AssertionError extends Error {
  /** An error with this message. */
  constructor(message: string, options?: ErrorOptions);
}

/** `expr` is truthy. */
export function assert(expr: unknown, msg?: string): asserts expr;

/** `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is Falsy;

/** `actual` is neither `null` nor `undefined`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;

/** Both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void;

/** Both are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;

/** Both are the same by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;

/** Both are not the same by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;

/** The numbers differ by at most `tolerance`, by default 1e-7 of `expected`. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void;

/** `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void;

/** `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;

/** `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void;

/** `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;

/** `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void;

/** `actual` holds a deep equal of every element of `expected`. */
export function assertArrayIncludes<T>(actual: ArrayLikeArg<T>, expected: ArrayLikeArg<T>, msg?: string): void;

/** `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void;

/** `actual` does not match `expected`. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;

/** `actual` has deeply what `expected` has. */
export function assertObjectMatch(actual: object, expected: Record<PropertyKey, unknown>, msg?: string): void;

/** `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T>;

/** `actual` is not an instance of `unexpectedType`. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: abstract new (...args: never[]) => T,
  msg?: string,
): asserts actual is Exclude<A, T>;

/** `error` is an `Error`, of `ErrorClass`, with `msgMatches` in its message. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: abstract new (...args: never[]) => E,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E;

/** `fn` throws; returns what. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;

/** `fn` throws an `ErrorClass` with `msgIncludes` in its message; returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: abstract new (...args: never[]) => E,
  msgIncludes?: string,
  msg?: string,
): E;

/** The promise of `fn` rejects; resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;

/** The promise of `fn` rejects with an `ErrorClass` with `msgIncludes` in its message; resolves to it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: abstract new (...args: never[]) => E,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;

/** Whether both are deeply equal. */
export function equal(a: unknown, b: unknown): boolean;

/** Fails. */
export function fail(msg?: string): never;

/** Fails, where code must not come. */
export function unreachable(msg?: string): never;

/** Fails, where code is missing. */
export function unimplemented(msg?: string): never;
