import { setTimeout } from "node:timers/promises";
import { eventStream } from "@x/routes/response";
import { bytes } from "@x/routes/route";
import { sql } from "../../lib/database.ts";
import { authed } from "../../lib/session.ts";

interface Change {
  id: number;
  type: "created" | "updated" | "deleted";
  task: number;
}

export const GET = authed({
  summary: "Stream the changes of your tasks",
  responses: { 200: bytes({ type: "text/event-stream" }) },
}, (request, { user }) => {
  const [newest] = sql<Change>`SELECT * FROM changes ORDER BY id DESC LIMIT 1`;
  return eventStream(request, async function* (signal, lastEventId) {
    let last = Number(lastEventId ?? newest?.id ?? 0);
    while (!signal.aborted) {
      for (const { id, type, task } of sql<Change>`SELECT * FROM changes WHERE user = ${user} AND id > ${last}`) {
        yield { id: last = id, event: type, data: { task } };
      }
      await setTimeout(200, undefined, { signal }).catch(() => {});
    }
  });
});
