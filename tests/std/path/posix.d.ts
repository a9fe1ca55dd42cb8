export * from "./mod.d.ts";

/** Between the entries of `PATH`. */
export const DELIMITER: ":";

/** Between the parts of a path. */
export const SEPARATOR: "/";
