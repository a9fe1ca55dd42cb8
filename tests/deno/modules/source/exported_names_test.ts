import { assertEquals } from "@std/assert";
import { readExportedNames } from "../../../../src/deno/modules/source/exported_names.ts";

const CASES: readonly (readonly [source: string, names: string, stars?: string])[] = [
  [`export const a = 1;`, "a"],
  [`export const a = 1, b = [2, 3], c = f(4, 5);`, "a b c"],
  [`export let a, b\nexport var c;`, "a b c"],
  [`export const { a, b: c, d = f(1, { e: 2 }), ...rest } = x, [g, , { h }, ...i] = y;`, "a c d rest g h i"],
  [`export const { [key("x")]: a, "b-c": d, e: { f = 1 } = {} } = x;`, "a d f"],
  [`export const f = (a, b) => ({ c: 1, d }), g = 2;`, "f g"],
  [`export const m: Map<string, number> = new Map(), n: Record<string, { a: 1 }> = {};`, "m n"],
  [`export const f = async <T, U>(a: T, b = 1): Promise<U> => g<T, U>(a)\nexport const h = 2`, "f h"],
  [`export const a = 1\nconst b = 2, c = 3\n`, "a"],
  [`export const C = () => <p>it's {x}</p>;\nexport function D() { return <b>"</b>; }`, "C D"],
  ["export const t = `a, b = ${c}`, d = 'e, f = 1';", "t d"],
  [
    `export function f() {} export async function g() {} export function* h() {} export async function *i() {}`,
    "f g h i",
  ],
  [`export class A extends B {} export abstract class C {}`, "A C"],
  [`export enum E { A } export const enum F { B }`, "E F"],
  [`export default function f() {}`, "default"],
  [`export default class {}`, "default"],
  [`export default { a: 1, b };`, "default"],
  [`const a = 1; export { a, a as b, a as default, a as "c d" };`, "a b default c d"],
  [`export { a, default as b, type C, type D as E } from "./x";`, "a b"],
  [`export { type, type as f };`, "type f"],
  [`export { /* a */ b, // c\n };`, "b"],
  [`export * from "./x"; export * as ns from './y';`, "ns", "./x"],
  [`export type A = 1; export interface B {} export declare const c: 1; export type { D } from "./d";`, ""],
  [`export import fs = require("node:fs");`, "fs"],
  [`// export const a = 1;\nconst b = "export const c = 1;"; /export const d = 1/;`, ""],
  [`import { a } from "./a"; export { a };`, "a"],
  [
    `"use client";import{jsx as e}from"react/jsx-runtime";var o=()=>e("b",{});export{o as Button,r as useX};`,
    "Button useX",
  ],
  [`export { a`, "a"],
  [`export const {`, ""],
];

for (const [source, names, stars = ""] of CASES) {
  Deno.test(`readExportedNames() reads ${JSON.stringify(source)}`, () => {
    const found = readExportedNames(source);
    assertEquals([[...found.names].join(" "), found.stars.join(" ")], [names, stars]);
  });
}
