/** Whether two values have the same bytes, in a time that does not depend on them; throws if their lengths differ. */
export function timingSafeEqual(
  a: ArrayBufferView | ArrayBufferLike | DataView,
  b: ArrayBufferView | ArrayBufferLike | DataView,
): boolean;
