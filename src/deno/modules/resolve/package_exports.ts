/**
 * Resolves names by the fields `exports` and `imports` of a `package.json`.
 *
 * This is the algorithm that Node.js documents (PACKAGE_EXPORTS_RESOLVE, PACKAGE_IMPORTS_RESOLVE,
 * PACKAGE_IMPORTS_EXPORTS_RESOLVE, PATTERN_KEY_COMPARE, PACKAGE_TARGET_RESOLVE), extended by what bundlers, including
 * that of Next.js, accept:
 *
 * - An array yields all of its targets, because bundlers take the first one that exists. Node.js takes the first one.
 * - A key with a trailing slash matches everything below it, as in Node.js before 17.
 * - A target may omit its `./`.
 *
 * @see https://nodejs.org/api/esm.html#resolution-algorithm-specification
 * @module
 */

/** The result of resolving a name by a field. */
export type Target =
  /** Paths starting with `./`, or for `imports` also package names; in order of preference, never empty. */
  | { readonly kind: "found"; readonly targets: readonly string[] }
  /** No key matches. */
  | { readonly kind: "missing" }
  /** The value of the matching key is `null`. */
  | { readonly kind: "blocked"; readonly key: string }
  /** The matching key has none of the active conditions, only these. */
  | { readonly kind: "unmet"; readonly key: string; readonly conditions: readonly string[] }
  /** The value of the matching key is invalid. */
  | { readonly kind: "invalid"; readonly key: string; readonly why: string };

const MISSING: Target = { kind: "missing" };

/**
 * Resolves a subpath by `exports`: PACKAGE_EXPORTS_RESOLVE.
 *
 * @param exports The value of the field; neither `null` nor `undefined`.
 * @param subpath `.` for the package itself, or a path starting with `./`.
 * @param conditions The active conditions besides `default`.
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
 * Resolves a specifier by `imports`: PACKAGE_IMPORTS_RESOLVE.
 *
 * @param imports The value of the field.
 * @param specifier The imported specifier, with its `#`.
 * @param conditions The active conditions besides `default`.
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

/** A classification of the keys of a map. */
interface Shape {
  /** The first key that is a path, if any. */
  readonly path: string | undefined;
  /** The first key that is a condition, if any. */
  readonly condition: string | undefined;
  /** The keys that match several names, the most specific first. */
  readonly patterns: readonly Pattern[];
}

const NO_KEYS: Shape = { path: undefined, condition: undefined, patterns: [] };

/** Cached, because some maps have hundreds of keys, and are used for as many names. */
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

/** PATTERN_KEY_COMPARE: the longest prefix first, then the longest key. */
function compareKeys(a: Pattern, b: Pattern): number {
  return b.before.length - a.before.length || b.key.length - a.key.length;
}

/**
 * PACKAGE_TARGET_RESOLVE.
 *
 * @param star The text that the `*` of the key matches, or that follows a key with a trailing slash; `null` if it is
 * neither.
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
  const paths = results.flatMap((result) => result.kind === "found" ? result.targets : []);
  if (paths.length > 0) return { kind: "found", targets: paths };
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

/** Segments that lead outside the package, or bypass its `exports`; either literal or percent-encoded. */
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
  // In `imports` a target without `./` is the name of a package.
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
