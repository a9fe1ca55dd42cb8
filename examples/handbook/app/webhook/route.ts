import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";

// Good for a demo only: a real secret comes from the environment.
const DEMO_SECRET = "demo-secret";

export async function POST(request: NextRequest) {
  const signature = request.headers.get("x-signature") ?? "";
  if (!/^[0-9a-f]{64}$/.test(signature)) return refuse(400, "x-signature must be 64 hex digits");

  // The signature is over the text as it was sent: parsing and printing it again would change it.
  const text = await request.text();
  const expected = createHmac("sha256", DEMO_SECRET).update(text).digest();
  if (!timingSafeEqual(Buffer.from(signature, "hex"), expected)) return refuse(401, "x-signature does not match");

  try {
    const event: unknown = JSON.parse(text);
    return NextResponse.json({ accepted: event });
  } catch {
    return refuse(400, "The body is not JSON");
  }
}

function refuse(status: number, error: string) {
  return NextResponse.json({ error }, { status });
}
