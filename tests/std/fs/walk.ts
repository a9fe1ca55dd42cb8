// @ts-types="./walk.d.ts"
export * from "npm:deno-std@1.2.0/fs/walk.js";
