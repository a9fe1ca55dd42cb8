import { assertEquals, assertStrictEquals } from "@std/assert";
import { getPathTags, toPathTag } from "../../src/cache/path_tags.ts";

const TAGS: readonly [route: string, pathname: string, tags: readonly string[]][] = [
  ["/", "/", ["_N_T_/layout", "_N_T_/route", "_N_T_/"]],
  ["/a", "/a", ["_N_T_/layout", "_N_T_/a/layout", "_N_T_/a/route", "_N_T_/a"]],
  ["/a", "/a/", ["_N_T_/layout", "_N_T_/a/layout", "_N_T_/a/route", "_N_T_/a"]],
  ["/i/static-t", "/i/static-t", [
    "_N_T_/layout",
    "_N_T_/i/layout",
    "_N_T_/i/static-t/layout",
    "_N_T_/i/static-t/route",
    "_N_T_/i/static-t",
  ]],
  ["/users/[id]", "/users/42", [
    "_N_T_/layout",
    "_N_T_/users/layout",
    "_N_T_/users/[id]/layout",
    "_N_T_/users/[id]/route",
    "_N_T_/users/42",
  ]],
  ["/[[...rest]]", "/", ["_N_T_/layout", "_N_T_/[[...rest]]/layout", "_N_T_/[[...rest]]/route", "_N_T_/"]],
  ["/[...all]", "/a/b", ["_N_T_/layout", "_N_T_/[...all]/layout", "_N_T_/[...all]/route", "_N_T_/a/b"]],
];

for (const [route, pathname, tags] of TAGS) {
  Deno.test(`getPathTags() of ${pathname} by ${route} are those of Next.js`, () =>
    assertEquals(getPathTags(route, pathname), tags));
}

const PATHS: readonly [path: string, type: "page" | "layout" | undefined, tag: string][] = [
  ["/", undefined, "_N_T_/"],
  ["/a", undefined, "_N_T_/a"],
  ["/a/", undefined, "_N_T_/a"],
  ["/users/42", undefined, "_N_T_/users/42"],
  ["/(a)/b", undefined, "_N_T_/(a)/b"],
  ["/", "page", "_N_T_/route"],
  ["/", "layout", "_N_T_/layout"],
  ["/a", "page", "_N_T_/a/route"],
  ["/a/", "layout", "_N_T_/a/layout"],
  ["/users/[id]", "page", "_N_T_/users/[id]/route"],
  ["/users/[id]", "layout", "_N_T_/users/[id]/layout"],
  ["/(shop)", "layout", "_N_T_/layout"],
  ["/(shop)", "page", "_N_T_/route"],
  ["/(shop)/", "page", "_N_T_/route"],
  ["/(shop)/users/(x)/(y)/[id]", "page", "_N_T_/users/[id]/route"],
  ["/users/(x)", "layout", "_N_T_/users/layout"],
  ["/a(b)/(c)d", "page", "_N_T_/a(b)/(c)d/route"],
];

for (const [path, type, tag] of PATHS) {
  Deno.test(`toPathTag() of ${path}${type === undefined ? "" : ` as a ${type}`} is ${tag}`, () => {
    assertStrictEquals(toPathTag(path, type), tag);
  });
}

/** Responses, and which of them `revalidatePath()` invalidates. */
const RESPONSES: readonly [route: string, pathname: string][] = [
  ["/", "/"],
  ["/users", "/users"],
  ["/users/[id]", "/users/1"],
  ["/users/[id]", "/users/2"],
  ["/users/[id]/posts", "/users/1/posts"],
  ["/usersx", "/usersx"],
  ["/layout", "/layout"],
];

const REACHED: readonly [path: string, type: "page" | "layout" | undefined, reached: readonly string[]][] = [
  ["/", undefined, ["/"]],
  ["/users/1", undefined, ["/users/1"]],
  ["/users/[id]", undefined, []],
  ["/users", undefined, ["/users"]],
  ["/", "page", ["/"]],
  ["/", "layout", RESPONSES.map(([, pathname]) => pathname)],
  ["/users", "page", ["/users"]],
  ["/users", "layout", ["/users", "/users/1", "/users/2", "/users/1/posts"]],
  ["/users/[id]", "page", ["/users/1", "/users/2"]],
  ["/users/[id]", "layout", ["/users/1", "/users/2", "/users/1/posts"]],
  ["/users/1", "layout", []],
  ["/layout", "layout", ["/layout"]],
];

for (const [path, type, reached] of REACHED) {
  Deno.test(`toPathTag() of ${path}${type === undefined ? "" : ` as a ${type}`} is a tag of the responses it should reach`, () => {
    const tag = toPathTag(path, type);
    const found = RESPONSES.filter(([route, pathname]) => getPathTags(route, pathname).includes(tag));
    assertEquals(found.map(([, pathname]) => pathname), reached);
  });
}
