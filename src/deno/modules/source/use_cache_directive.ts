/**
 * Modules with a `"use cache"` directive, which is not carried out: what it marks is computed by each call.
 *
 * @module
 */

/** How far a directive is looked at: the spaces before it, and the kind of cache behind it. */
const MAX_SPACES = 200;
const DIRECTIVE = /^use cache(?:: ?[\w-]{1,50})?$/;

/**
 * The `"use cache"` directive that a module has, or one of its functions.
 *
 * @param source The text of the module.
 * @returns The directive without quotes, `undefined` if there is none.
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

/** A directive is a statement of its own: after `{`, `;`, a line break, or a comment. */
function beginsStatement(source: string, at: number): boolean {
  const before = source.slice(Math.max(0, at - MAX_SPACES), at).replace(/[ \t]+$/, "");
  return before === "" || /[{;\n\r\ufeff]$|\*\/$/.test(before);
}

function endsStatement(source: string, at: number): boolean {
  return /^[ \t]*(?:[;}\r\n]|\/[/*]|$)/.test(source.slice(at, at + MAX_SPACES));
}

/**
 * What is said of a module with the directive.
 *
 * @param directive The directive, without quotes.
 */
export function describeUseCache(directive: string): string {
  return `has "${directive}", which is not supported yet: the code that it marks runs on every call and is not cached`;
}

let listener: ((url: string, directive: string) => void) | undefined;
const reported = new Set<string>();

/** From now on a module that is loaded and has the directive is told of, each once. */
export function watchUseCache(onUseCache: (url: string, directive: string) => void): void {
  listener = onUseCache;
}

/**
 * Looks at a module that is loaded.
 *
 * @param url The URL of its file.
 * @param source Its text.
 */
export function checkForUseCache(url: string, source: string): void {
  if (listener === undefined || reported.has(url)) return;
  const directive = findUseCache(source);
  if (directive === undefined) return;
  reported.add(url);
  listener(url, directive);
}
