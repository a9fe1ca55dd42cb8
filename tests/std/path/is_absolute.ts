export { isAbsolute } from "./mod.ts";
