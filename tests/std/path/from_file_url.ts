export { fromFileUrl } from "./mod.ts";
