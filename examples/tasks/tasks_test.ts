import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createRequestHandler } from "@x/routes";
import { createClient } from "@x/routes/client";
import type { Routes } from "./routes.client.d.ts";

const app = await createRequestHandler(new URL(".", import.meta.url));
const guest = createClient<Routes>({ fetch: app.fetch });

/** Signs in, and returns a client with the session. */
async function signIn(user: string) {
  const { response } = await guest("/session").POST({ body: { user } });
  const [session = ""] = response.headers.getSetCookie();
  return createClient<Routes>({ fetch: app.fetch, headers: { cookie: session.replace(/;.*/, "") } });
}

/** Adds a task, and returns it with the params of its routes. */
async function addTask(api: typeof guest, title: string) {
  const { data } = await api("/tasks").POST({ body: { title } });
  assert(data !== undefined);
  return { task: data, params: { id: data.id } };
}

Deno.test("a task is added, listed, changed and deleted", async () => {
  const ada = await signIn("ada");
  const { task, params } = await addTask(ada, " Write the talk ");
  assertEquals(task, { id: task.id, user: "ada", title: "Write the talk", status: "open" });

  const done = { ...task, status: "done" as const };
  const changed = await ada("/tasks/[id]").PATCH({ params, body: { status: "done" } });
  assertEquals(changed.data, done);
  const listed = await ada("/tasks").GET({ query: { status: "done" } });
  assertEquals(listed.data, [done]);

  assertEquals((await ada("/tasks/[id]").DELETE({ params })).status, 204);
  assertEquals((await ada("/tasks/[id]").GET({ params })).status, 404);
});

Deno.test("a task belongs to its user", async () => {
  const { params } = await addTask(await signIn("ada"), "Write the talk");
  const grace = await signIn("grace");
  assertEquals((await guest("/tasks/[id]").GET({ params })).status, 401);
  assertEquals((await grace("/tasks/[id]").GET({ params })).status, 404);
  assertEquals((await grace("/tasks").GET()).data, []);
});

Deno.test("a problem names all invalid values", async () => {
  const ada = await signIn("ada");
  const { status, error } = await ada("/tasks/[id]").PATCH({ params: { id: "seven" }, body: { title: "" } });
  assert(status === 400);
  assertEquals(error.errors?.map(({ in: part, path }) => [part, ...path]), [["params", "id"], ["body", "title"]]);
});

Deno.test("a file is attached, and downloaded by its name", async () => {
  const ada = await signIn("ada");
  const { params } = await addTask(ada, "Write the talk");
  const put = await ada("/tasks/[id]/file").PUT({ params, form: { file: new File(["# Slides"], "talk.md") } });
  assertEquals(put.status, 204);
  const { response } = await ada("/tasks/[id]/file").GET({ params });
  assertEquals(await response.text(), "# Slides");
  assertEquals(response.headers.get("content-disposition"), `attachment; filename="talk.md"`);

  const range = await ada("/tasks/[id]/file").GET({ params, headers: { range: "bytes=2-" } });
  assertEquals(range.response.status, 206);
});

Deno.test("changes are streamed", async () => {
  const ada = await signIn("ada");
  const { response } = await ada("/changes").GET();
  const { task } = await addTask(ada, "Write the talk");
  for await (const event of response.body!.pipeThrough(new TextDecoderStream())) {
    if (event.startsWith(":")) continue; // a comment
    assertStringIncludes(event, `event:created\ndata:{"task":${task.id}}\n`);
    break;
  }
});

Deno.test("the statistics are cached until a task changes", async () => {
  const ada = await signIn("ada");
  const before = await guest("/stats").GET();
  await addTask(ada, "Write the talk");
  const after = await guest("/stats").GET();
  assertEquals(after.data?.open, before.data!.open + 1);
});
