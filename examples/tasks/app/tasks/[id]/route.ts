import { revalidateTag } from "next/cache";
import { NextResponse } from "next/server";
import { sql } from "../../../lib/database.ts";
import { authed } from "../../../lib/session.ts";
import { noTask, problems, Task, TaskParams } from "../../../lib/task.ts";

export const GET = authed({
  summary: "Show a task",
  params: TaskParams,
  responses: { 200: Task, ...problems },
}, (_request, { user, params: { id } }) => {
  const [task] = sql<Task>`SELECT * FROM tasks WHERE id = ${id} AND user = ${user}`;
  return task ? NextResponse.json(task) : noTask();
});

export const PATCH = authed({
  summary: "Change a task",
  params: TaskParams,
  body: Task.pick({ title: true, status: true }).partial(),
  responses: { 200: Task, ...problems },
}, (_request, { user, params: { id }, body: { title = null, status = null } }) => {
  const [task] = sql<Task>`
    UPDATE tasks SET title = ifnull(${title}, title), status = ifnull(${status}, status)
    WHERE id = ${id} AND user = ${user} RETURNING *`;
  revalidateTag("tasks", { expire: 0 });
  return task ? NextResponse.json(task) : noTask();
});

export const DELETE = authed({
  summary: "Delete a task",
  params: TaskParams,
  responses: { 204: null, ...problems },
}, (_request, { user, params: { id } }) => {
  const [task] = sql`DELETE FROM tasks WHERE id = ${id} AND user = ${user} RETURNING id`;
  revalidateTag("tasks", { expire: 0 });
  return task ? new NextResponse(null, { status: 204 }) : noTask();
});
