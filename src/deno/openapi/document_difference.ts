/**
 * The differences between two JSON documents.
 *
 * @module
 */

/** The longest value that is shown as a whole. */
const MAX_VALUE_LENGTH = 120;

/**
 * Finds the differences between two JSON values.
 *
 * @param before The old value.
 * @param after The new value.
 * @returns Lines such as `- /paths/~1users/get/summary: "List users"`, with the place as a JSON pointer (RFC 6901).
 */
export function findDifferences(before: unknown, after: unknown): string[] {
  const lines: string[] = [];
  compare(before, after, "");
  return lines;

  function compare(before: unknown, after: unknown, place: string): void {
    if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
      const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
      for (const key of keys) compare(getOwn(before, key), getOwn(after, key), `${place}/${escapeKey(key)}`);
    } else if (before !== after) {
      if (before !== undefined) lines.push(`- ${place}: ${formatValue(before)}`);
      if (after !== undefined) lines.push(`+ ${place}: ${formatValue(after)}`);
    }
  }
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function getOwn(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function escapeKey(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function formatValue(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
