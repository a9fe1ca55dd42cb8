import { route } from "@x/routes/route";
import { cookies } from "next/headers";
import { NextResponse } from "next/server";
import { z } from "zod";
import { sql } from "../../lib/database.ts";

const User = z.object({ user: z.string().trim().min(1).max(50) });

export const POST = route({
  summary: "Sign in, with any name",
  body: User,
  responses: { 201: User },
}, async (_request, { body: { user } }) => {
  const token = crypto.randomUUID();
  sql`INSERT INTO sessions (token, user) VALUES (${token}, ${user})`;
  (await cookies()).set("session", token, { httpOnly: true, sameSite: "lax", secure: true });
  return NextResponse.json({ user }, { status: 201 });
});

export const DELETE = route({ summary: "Sign out", responses: { 204: null } }, async () => {
  const jar = await cookies();
  sql`DELETE FROM sessions WHERE token = ${jar.get("session")?.value ?? ""}`;
  jar.delete("session");
  return new NextResponse(null, { status: 204 });
});
