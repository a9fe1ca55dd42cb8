/**
 * The fields `exports` and `imports` of a `package.json`: which files a name stands for.
 *
 * This is the algorithm that Node.js documents (PACKAGE_EXPORTS_RESOLVE, PACKAGE_IMPORTS_RESOLVE,
 * PACKAGE_IMPORTS_EXPORTS_RESOLVE, PATTERN_KEY_COMPARE, PACKAGE_TARGET_RESOLVE) with what bundlers, and Next.js among
 * them, take besides:
 *
 * - An array gives all of its targets, as bundlers take the first of which there is a file. Node.js takes the first.
 * - A key that ends with a slash stands for all that is below, as in Node.js before 17.
 * - A target may lack its `./`.
 *
 * @see https://nodejs.org/api/esm.html#resolution-algorithm-specification
 * @module
 */

/** What a field says of a name. */
export type Target =
  /** Paths that begin with `./`, or in `imports` names of other packages; never empty, best first. */
  | { readonly kind: "found"; readonly targets: readonly string[] }
  /** No key fits. */
  | { readonly kind: "missing" }
  /** The key that fits says `null`. */
  | { readonly kind: "blocked"; readonly key: string }
  /** The key that fits has none of the conditions, only these. */
  | { readonly kind: "unmet"; readonly key: string; readonly conditions: readonly string[] }
  /** The key that fits says something that no package may say. */
  | { readonly kind: "invalid"; readonly key: string; readonly why: string };

const MISSING: Target = { kind: "missing" };

/**
 * Reads `exports`: PACKAGE_EXPORTS_RESOLVE.
 *
 * @param exports The value of the field; not `null` and not `undefined`.
 * @param subpath `.` for the package itself, or `./` and what is meant in it.
 * @param conditions The conditions that hold besides `default`.
 */
export function resolveExports(exports: unknown, subpath: string, conditions: ReadonlySet<string>): Target {
  const context = { conditions, isImports: false };
  const { path, condition } = isRecord(exports) ? getShape(exports) : NO_KEYS;
  if (path !== undefined && condition !== undefined) {
    const why = `it mixes paths and conditions: "${path}" is a path, "${condition}" is a condition`;
    return { kind: "invalid", key: subpath, why };
  }
  if (isRecord(exports) && path !== undefined) return resolveKey(exports, subpath, context);
  return subpath === "." ? resolveTarget(exports, ".", null, context) : MISSING;
}

/**
 * Reads `imports`: PACKAGE_IMPORTS_RESOLVE.
 *
 * @param imports The value of the field.
 * @param specifier What is imported, with its `#`.
 * @param conditions The conditions that hold besides `default`.
 */
export function resolveImports(imports: unknown, specifier: string, conditions: ReadonlySet<string>): Target {
  if (!isRecord(imports) || specifier === "#") return MISSING;
  return resolveKey(imports, specifier, { conditions, isImports: true });
}

interface Context {
  readonly conditions: ReadonlySet<string>;
  readonly isImports: boolean;
}

/** PACKAGE_IMPORTS_EXPORTS_RESOLVE. */
function resolveKey(map: Readonly<Record<string, unknown>>, name: string, context: Context): Target {
  if (Object.hasOwn(map, name) && !name.includes("*") && !name.endsWith("/")) {
    return resolveTarget(map[name], name, null, context);
  }
  const pattern = getShape(map).patterns.find(({ before, after }) =>
    name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after)
  );
  if (pattern === undefined) return MISSING;
  const { key, before, after } = pattern;
  return resolveTarget(map[key], key, name.slice(before.length, name.length - after.length), context);
}

interface Pattern {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

/** What the keys of a map are. */
interface Shape {
  /** The first key that is a path, if any is. */
  readonly path: string | undefined;
  /** The first key that is a condition, if any is. */
  readonly condition: string | undefined;
  /** The keys that stand for several names, the most particular first. */
  readonly patterns: readonly Pattern[];
}

const NO_KEYS: Shape = { path: undefined, condition: undefined, patterns: [] };

/** A map has hundreds of keys at times, and is asked for as many names. */
const shapes = new WeakMap<object, Shape>();

function getShape(map: Readonly<Record<string, unknown>>): Shape {
  let shape = shapes.get(map);
  if (shape === undefined) {
    const keys = Object.keys(map);
    shape = {
      path: keys.find((key) => key.startsWith(".")),
      condition: keys.find((key) => !key.startsWith(".")),
      patterns: keys.flatMap(toPatterns).sort(compareKeys),
    };
    shapes.set(map, shape);
  }
  return shape;
}

function toPatterns(key: string): Pattern[] {
  const star = key.indexOf("*");
  if (star === -1) return key.endsWith("/") ? [{ key, before: key, after: "" }] : [];
  return key.includes("*", star + 1) ? [] : [{ key, before: key.slice(0, star), after: key.slice(star + 1) }];
}

/** PATTERN_KEY_COMPARE: the longest beginning first, then the longest key. */
function compareKeys(a: Pattern, b: Pattern): number {
  return b.before.length - a.before.length || b.key.length - a.key.length;
}

/**
 * PACKAGE_TARGET_RESOLVE.
 *
 * @param star What the star of the key stands for, or what is below a key that ends with a slash; `null` if it has none.
 */
function resolveTarget(target: unknown, key: string, star: string | null, context: Context): Target {
  if (typeof target === "string") return resolveText(target, key, star, context);
  if (target === null) return { kind: "blocked", key };
  if (Array.isArray(target)) return resolveArray(target, key, star, context);
  if (isRecord(target)) return resolveConditions(target, key, star, context);
  return { kind: "invalid", key, why: `"${key}" is ${JSON.stringify(target)}, expected a path` };
}

function resolveArray(targets: readonly unknown[], key: string, star: string | null, context: Context): Target {
  const results = targets.map((target) => resolveTarget(target, key, star, context));
  const found = results.flatMap((result) => result.kind === "found" ? result.targets : []);
  if (found.length > 0) return { kind: "found", targets: found };
  const last = results.findLast(({ kind }) => kind !== "unmet") ?? results.at(-1);
  return last ?? { kind: "blocked", key };
}

function resolveConditions(
  target: Readonly<Record<string, unknown>>,
  key: string,
  star: string | null,
  context: Context,
): Target {
  const unmet: string[] = [];
  for (const [condition, inner] of Object.entries(target)) {
    if (/^(?:0|[1-9]\d*)$/.test(condition)) {
      return { kind: "invalid", key, why: `"${key}" has the number ${condition} as a condition, expected a name` };
    }
    if (condition !== "default" && !context.conditions.has(condition)) {
      unmet.push(condition);
      continue;
    }
    const result = resolveTarget(inner, key, star, context);
    if (result.kind !== "unmet") return result;
    unmet.push(...result.conditions.map((name) => `${condition}.${name}`));
  }
  return { kind: "unmet", key, conditions: unmet };
}

/** Segments that lead out of the package, or around its `exports`; written as they are, or with escapes. */
const DOTS_OR_MODULES =
  /(?:^|\/|\\|%2f|%5c)(?:(?:\.|%2e){1,2}|(?:n|%6e|%4e)(?:o|%6f|%4f)(?:d|%64|%44)(?:e|%65|%45)(?:_|%5f)(?:m|%6d|%4d)(?:o|%6f|%4f)(?:d|%64|%44)(?:u|%75|%55)(?:l|%6c|%4c)(?:e|%65|%45)(?:s|%73|%53))(?=\/|\\|%2f|%5c|$)/i;

function resolveText(target: string, key: string, star: string | null, { isImports }: Context): Target {
  const invalid = (why: string): Target => ({ kind: "invalid", key, why });
  const isPath = target.startsWith("./");
  if (!isPath && /^(?:\.\.(?:\/|$)|\/|\\)|^$/.test(target)) {
    return invalid(`"${key}" maps to "${target}", expected a path starting with "./"`);
  }
  const isUrl = URL.canParse(target);
  if (!isPath && isUrl && !(isImports && target.startsWith("node:"))) {
    return invalid(`"${key}" maps to "${target}", expected a path starting with "./"`);
  }
  // In `imports` a name without `./` is one of a package.
  const path = isPath || isImports ? target : `./${target}`;
  if (path.startsWith("./") && DOTS_OR_MODULES.test(path.slice(2))) {
    return invalid(`"${key}" maps to "${target}", which is outside the package`);
  }
  if (star === null) return { kind: "found", targets: [path] };
  if (DOTS_OR_MODULES.test(star)) {
    return invalid(`"${star}" in place of the "*" of "${key}" leads outside the package`);
  }
  if (key.endsWith("/") && !key.includes("*")) {
    if (!path.endsWith("/")) return invalid(`"${key}" maps to "${target}", expected a folder ending with "/"`);
    return { kind: "found", targets: [path + star] };
  }
  return { kind: "found", targets: [path.replaceAll("*", () => star)] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
