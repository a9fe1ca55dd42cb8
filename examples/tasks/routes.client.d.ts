// Written by "routes typegen --client" and kept up to date by "routes start". Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

/** The route handlers by pattern, for `createClient<Routes>()`. */
export interface Routes {
  "/changes": typeof import("./app/changes/route.ts");
  "/session": typeof import("./app/session/route.ts");
  "/stats": typeof import("./app/stats/route.ts");
  "/tasks": typeof import("./app/tasks/route.ts");
  "/tasks/[id]": typeof import("./app/tasks/[id]/route.ts");
  "/tasks/[id]/file": typeof import("./app/tasks/[id]/file/route.ts");
}
