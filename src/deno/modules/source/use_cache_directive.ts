/**
 * Detects modules with a `"use cache"` directive, which is not supported: the marked code runs on every call.
 *
 * @module
 */

/** The maximum number of characters that are checked before and after a directive. */
const MAX_SPACES = 200;
const DIRECTIVE = /^use cache(?:: ?[\w-]{1,50})?$/;

/**
 * Finds the `"use cache"` directive of a module, or of one of its functions.
 *
 * @param source The source of the module.
 * @returns The directive without quotes; `undefined` if there is none.
 */
export function findUseCache(source: string): string | undefined {
  for (let at = source.indexOf("use cache"); at >= 0; at = source.indexOf("use cache", at + 1)) {
    const quote = source[at - 1];
    if (quote !== `"` && quote !== `'`) continue;
    const end = source.indexOf(quote, at);
    const text = end < 0 || end - at > 80 ? "" : source.slice(at, end);
    if (DIRECTIVE.test(text) && beginsStatement(source, at - 1) && endsStatement(source, end + 1)) return text;
  }
  return undefined;
}

/** A directive is a statement: it follows `{`, `;`, a line break, or a comment. */
function beginsStatement(source: string, at: number): boolean {
  const before = source.slice(Math.max(0, at - MAX_SPACES), at).replace(/[ \t]+$/, "");
  return before === "" || /[{;\n\r\ufeff]$|\*\/$/.test(before);
}

function endsStatement(source: string, at: number): boolean {
  return /^[ \t]*(?:[;}\r\n]|\/[/*]|$)/.test(source.slice(at, at + MAX_SPACES));
}

/**
 * Returns the warning for a module with the directive.
 *
 * @param directive The directive, without quotes.
 */
export function describeUseCache(directive: string): string {
  return `has "${directive}", which is not supported yet: the code that it marks runs on every call and is not cached`;
}

let listener: ((url: string, directive: string) => void) | undefined;
const reported = new Set<string>();

/** Calls a function for each module with the directive that is loaded from now on, once per module. */
export function watchUseCache(onUseCache: (url: string, directive: string) => void): void {
  listener = onUseCache;
}

/**
 * Checks a loaded module for the directive, and calls the function of {@linkcode watchUseCache}.
 *
 * @param url The URL of the module's file.
 * @param source The source of the module.
 */
export function checkForUseCache(url: string, source: string): void {
  if (listener === undefined || reported.has(url)) return;
  const directive = findUseCache(source);
  if (directive === undefined) return;
  reported.add(url);
  listener(url, directive);
}
