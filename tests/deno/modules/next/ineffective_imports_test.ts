import { assertEquals, assertStringIncludes } from "@std/assert";
import { findIneffectiveImports } from "../../../../src/deno/modules/next/ineffective_imports.ts";

const CASES: readonly (readonly [source: string, found: readonly string[]])[] = [
  [`import { useRouter } from "next/navigation";`, ["useRouter() of next/navigation"]],
  [`import { useRouter as router, redirect } from 'next/navigation.js';`, ["useRouter() of next/navigation"]],
  [`import {\n  notFound,\n  usePathname,\n} from "next/navigation";`, ["usePathname() of next/navigation"]],
  [`export { useParams } from "next/navigation";`, ["useParams() of next/navigation"]],
  [`import Router, { withRouter, useRouter } from "next/router";`, ["useRouter() of next/router"]],
  [`import { updateTag, revalidateTag } from "next/cache";`, ["updateTag() of next/cache"]],
  [`import { lang } from "next/root-params";`, ["lang() of next/root-params"]],
  [`import { ImageResponse } from "next/server";`, ["ImageResponse() of next/server"]],
  [`import { ImageResponse } from "next/og";`, []],
  [`import { redirect, notFound } from "next/navigation";`, []],
  [`import Link from "next/link";\nimport Image from "next/image";`, []],
  [`import { useRouter } from "other/navigation";`, []],
  [`const useRouter = "next/navigation";`, []],
];

for (const [source, found] of CASES) {
  Deno.test(`findIneffectiveImports() of ${JSON.stringify(source)} is ${found.join(", ") || "nothing"}`, () => {
    const sentences = findIneffectiveImports(source);
    assertEquals(sentences.length, found.length, sentences.join("\n"));
    for (const [index, each] of found.entries()) {
      assertStringIncludes(sentences[index]!, `${each} always throws in a route handler`);
    }
  });
}
