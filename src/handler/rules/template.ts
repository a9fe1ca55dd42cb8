/**
 * The templates of rules: texts with the params that a pattern captured, as in `/blog/:slug`.
 *
 * @module
 */

import type { RuleParams } from "./path_rule.ts";

/** `:name`, optionally with the `*`, `+` or `?` of its pattern. */
const PARAM = /:(\w+)[*+?]?/g;

/** Whether a template has params. */
export function hasParams(template: string): boolean {
  return template.search(PARAM) !== -1;
}

/**
 * Replaces the params of a template with their values.
 *
 * @param template A template such as `/blog/:slug`.
 * @param params The params that a rule captured.
 * @param write Converts a value; default: as captured.
 */
export function expandTemplate(
  template: string,
  params: RuleParams,
  write: (value: string) => string = (value) => value,
): string {
  return template.replace(PARAM, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : write(value);
  });
}
