// @ts-types="./expand_glob.d.ts"
export * from "npm:deno-std@1.2.0/fs/expand_glob.js";
