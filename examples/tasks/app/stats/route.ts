import { route } from "@x/routes/route";
import { cacheTag } from "next/cache";
import { NextResponse } from "next/server";
import { z } from "zod";
import { sql } from "../../lib/database.ts";

const Stats = z.object({ open: z.int(), done: z.int() });

// deno-lint-ignore require-await -- functions with "use cache" have to be async
async function countTasks() {
  "use cache";
  cacheTag("tasks");
  const [stats] = sql<z.infer<typeof Stats>>`
    SELECT count(*) FILTER (WHERE status = 'open') AS open, count(*) FILTER (WHERE status = 'done') AS done FROM tasks`;
  return { ...stats! };
}

export const GET = route({
  summary: "Count the tasks of all users",
  responses: { 200: Stats },
}, async () => NextResponse.json(await countTasks()));
