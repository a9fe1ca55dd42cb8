/** A value of JSON. */
export type JsonValue = { [key: string]: JsonValue | undefined } | JsonValue[] | string | number | boolean | null;

/** Reads JSON that may have comments and trailing commas. Throws a `SyntaxError` on anything else. */
export function parse(text: string): JsonValue;
