import { headers } from "next/headers";
import { NextResponse } from "next/server";

export async function GET() {
  const requestId = (await headers()).get("x-request-id") ?? "none";
  return NextResponse.json({ requestId }, { headers: { "x-request-id": requestId, "cache-control": "no-store" } });
}
