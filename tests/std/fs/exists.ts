// @ts-types="./exists.d.ts"
export * from "npm:deno-std@1.2.0/fs/exists.js";
