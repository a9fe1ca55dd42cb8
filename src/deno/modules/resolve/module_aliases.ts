/**
 * The names that `next.config` has for modules: `turbopack.resolveAlias`. They hold in packages too, which is what they are
 * for: a package that names its configuration, `next-intl/config`, is given a file of the project by them.
 *
 * @module
 */

/** What names stand for, by name; a name may have one `*`. Of several the first that is found is meant. */
export type ModuleAliases = Readonly<Record<string, readonly string[]>>;

/**
 * What a name stands for.
 *
 * @param aliases All that have another meaning.
 * @param specifier The name as it is imported.
 * @returns `undefined` if it means what it says.
 */
export function findAliases(aliases: ModuleAliases, specifier: string): readonly string[] | undefined {
  if (Object.hasOwn(aliases, specifier)) return aliases[specifier];
  for (const [name, targets] of Object.entries(aliases)) {
    const star = name.indexOf("*");
    if (star === -1 || specifier.length < name.length - 1) continue;
    const before = name.slice(0, star), after = name.slice(star + 1);
    if (!specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    const rest = specifier.slice(star, specifier.length - after.length);
    return targets.map((target) => target.replace("*", () => rest));
  }
  return undefined;
}
