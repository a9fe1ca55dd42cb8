export { join } from "./mod.ts";
