import { download } from "@x/routes/response";
import { bytes, form } from "@x/routes/route";
import { NextResponse } from "next/server";
import { z } from "zod";
import { sql } from "../../../../lib/database.ts";
import { authed } from "../../../../lib/session.ts";
import { noTask, problems, TaskParams } from "../../../../lib/task.ts";

interface StoredFile {
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

export const PUT = authed({
  summary: "Attach a file",
  params: TaskParams,
  body: form(z.object({ file: z.file() })),
  maxBody: "1mb",
  responses: { 204: null, ...problems },
}, async (_request, { user, params: { id }, body: { file } }) => {
  const content = await file.bytes();
  const [stored] = sql`
    INSERT OR REPLACE INTO files (task, name, content)
    SELECT id, ${file.name}, ${content} FROM tasks WHERE id = ${id} AND user = ${user} RETURNING task`;
  return stored ? new NextResponse(null, { status: 204 }) : noTask();
});

export const GET = authed({
  summary: "Download the file of a task",
  params: TaskParams,
  responses: { 200: bytes(), ...problems },
}, (request, { user, params: { id } }) => {
  const [file] = sql<StoredFile>`
    SELECT name, content FROM files JOIN tasks ON tasks.id = task WHERE id = ${id} AND user = ${user}`;
  return file ? download(request, file.content, { name: file.name }) : noTask();
});
