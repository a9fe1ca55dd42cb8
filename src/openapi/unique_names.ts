/**
 * Unique names.
 *
 * @module
 */

/**
 * Returns a function that makes names unique: the second `User` becomes `User2`.
 *
 * @returns The function, which takes a name and its meaning. A name with the same meaning is returned again.
 */
export function createUniqueNames(): (name: string, identity: string) => { name: string; isNew: boolean } {
  const identities = new Map<string, string>();
  return (wanted, identity) => {
    let name = wanted;
    for (let count = 2; identities.has(name) && identities.get(name) !== identity; count++) name = wanted + count;
    const isNew = !identities.has(name);
    identities.set(name, identity);
    return { name, isNew };
  };
}
