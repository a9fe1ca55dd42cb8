import { type NextRequest, NextResponse } from "next/server";

export const config = { matcher: "/api/users/:path*" };

export function proxy(request: NextRequest) {
  if (!request.cookies.has("session")) return NextResponse.json({ error: "Sign in first" }, { status: 401 });
  return NextResponse.next();
}
