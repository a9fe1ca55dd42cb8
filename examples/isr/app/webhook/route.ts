import { createHash, timingSafeEqual } from "node:crypto";
import process from "node:process";
import { revalidateTag } from "next/cache";
import type { NextRequest } from "next/server";

// Whoever knows it can make every request slow. "dev" is for trying out only.
const SECRET = process.env.WEBHOOK_SECRET || "dev";

/** Called by the upstream when something has changed there. */
export async function POST(request: NextRequest) {
  if (!isSecret(request.headers.get("x-webhook-secret") ?? "")) {
    return Response.json({ error: "The secret is wrong" }, { status: 401 });
  }
  const { tag, stale } = await readBody(request);
  if (typeof tag !== "string" || tag === "") {
    return Response.json({ error: "The body must be JSON with a tag" }, { status: 400 });
  }
  // "max": the old value is served once more while the new one is made. Else nobody gets the old one any more.
  revalidateTag(tag, stale === true ? "max" : { expire: 0 });
  return Response.json({ revalidated: tag });
}

/** Takes as long for every guess: digests are of one length, and compared to the end. */
function isSecret(guess: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(guess), digest(SECRET));
}

async function readBody(request: Request): Promise<{ tag?: unknown; stale?: unknown }> {
  try {
    const body = await request.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}
