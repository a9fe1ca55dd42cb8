export { basename } from "./mod.ts";
