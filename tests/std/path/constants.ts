export { DELIMITER, SEPARATOR, SEPARATOR_PATTERN } from "./mod.ts";
