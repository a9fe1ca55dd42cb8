import { revalidateTag } from "next/cache";
import { NextResponse } from "next/server";
import { z } from "zod";
import { sql } from "../../lib/database.ts";
import { authed } from "../../lib/session.ts";
import { Task } from "../../lib/task.ts";

export const GET = authed({
  summary: "List your tasks",
  query: z.object({ status: Task.shape.status.optional() }),
  responses: { 200: z.array(Task) },
}, (_request, { user, query: { status = null } }) => {
  const tasks = sql<Task>`
    SELECT * FROM tasks WHERE user = ${user} AND status = ifnull(${status}, status) ORDER BY id`;
  return NextResponse.json(tasks);
});

export const POST = authed({
  summary: "Add a task",
  body: Task.pick({ title: true }),
  responses: { 201: Task },
}, (_request, { user, body: { title } }) => {
  const [task] = sql<Task>`INSERT INTO tasks (user, title) VALUES (${user}, ${title}) RETURNING *`;
  revalidateTag("tasks", { expire: 0 });
  return NextResponse.json(task!, { status: 201 });
});
