import { setTimeout as delay } from "node:timers/promises";

export function GET() {
  const encoder = new TextEncoder();
  const lines = ["one\n", "two\n", "three\n"];
  const body = new ReadableStream<Uint8Array>({
    // Asked for one chunk at a time: nothing piles up for a slow client, and the work ends when it goes away.
    async pull(controller) {
      const line = lines.shift();
      if (line === undefined) return controller.close();
      controller.enqueue(encoder.encode(line));
      await delay(100);
    },
  });
  return new Response(body, { headers: { "content-type": "text/plain; charset=utf-8" } });
}
