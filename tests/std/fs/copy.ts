// @ts-types="./copy.d.ts"
export * from "npm:deno-std@1.2.0/fs/copy.js";
