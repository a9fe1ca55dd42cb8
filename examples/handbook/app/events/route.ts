import { setTimeout as delay } from "node:timers/promises";
import type { NextRequest } from "next/server";

const EVENTS = ["ready", "steady", "go"];

export function GET(request: NextRequest) {
  // An EventSource comes back when the stream ends and names the last event it saw; 204 tells it to stay away.
  const rest = EVENTS.slice(EVENTS.indexOf(request.headers.get("last-event-id") ?? "") + 1);
  if (rest.length === 0) return new Response(null, { status: 204 });

  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const event = rest.shift();
      if (event === undefined) return controller.close();
      controller.enqueue(encoder.encode(`id: ${event}\ndata: ${event}\n\n`));
      await delay(100);
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-cache" } });
}
