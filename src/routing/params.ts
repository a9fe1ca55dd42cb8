/**
 * Objects for the params of a path.
 *
 * @module
 */

/**
 * An object without a prototype: `[__proto__]` is a folder like any other, and `params.constructor` is `undefined`. Faster
 * than `Object.create(null)`, which V8 keeps in dictionary mode.
 */
export const Params = function () {} as unknown as new <Value>() => Record<string, Value>;
Params.prototype = Object.create(null);
