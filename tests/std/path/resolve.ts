export { resolve } from "./mod.ts";
