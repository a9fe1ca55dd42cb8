export { dirname } from "./mod.ts";
