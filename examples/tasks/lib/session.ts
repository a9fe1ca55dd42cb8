import { rateLimit } from "@x/routes/middleware";
import { createProblem, type Middleware, problemResponse, route } from "@x/routes/route";
import { cookies } from "next/headers";
import { sql } from "./database.ts";

interface Session {
  user: string;
}

const findSession: Middleware<Session> = async (_request, _context, next) => {
  const token = (await cookies()).get("session")?.value ?? "";
  const [session] = sql<Session>`SELECT user FROM sessions WHERE token = ${token}`;
  return session === undefined ? problemResponse(createProblem(401)) : await next(session);
};

const session = Object.assign(findSession, {
  security: [{ name: "session", scheme: { type: "apiKey", in: "cookie", name: "session" } }],
});

const limit = rateLimit({ limit: 100, window: 60, key: (_request, { user }: Session) => user });

/** A `route()` for users with a session, each with 100 requests a minute. */
export const authed = route.with(session, limit);
