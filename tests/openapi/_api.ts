/**
 * Route modules of an API that use all parts of contracts, and an application of them.
 *
 * @module
 */

import { type } from "npm:arktype@2.2.9";
import { toStandardJsonSchema } from "npm:@valibot/to-json-schema@1.8.0";
import * as v from "npm:valibot@1.5.0";
import { z } from "npm:zod@4.6.7";
import { NextResponse } from "../../src/server.ts";
import { basicAuth, bearerAuth } from "../../src/middleware.ts";
import { bytes, createProblem, form, Problem, problemResponse, route, text } from "../../src/route.ts";
import type { Modules } from "../helpers/app.ts";

const User = z.object({ id: z.number(), name: z.string().min(1) }).meta({ id: "User" });
const Node = z.object({
  name: z.string(),
  get children() {
    return z.array(Node);
  },
});
const bearer = bearerAuth({ token: "secret" });
const Note = toStandardJsonSchema(v.pipe(v.object({ text: v.pipe(v.string(), v.minLength(2)) }), v.title("Note")));

/** The users, which `PATCH` changes. */
const users = new Map([[7, { id: 7, name: "Ada" }]]);

/** The routes. */
export const API: Modules = {
  "users/route.ts": {
    GET: route({
      query: z.object({ tag: z.array(z.string()).optional(), page: z.coerce.number().int().min(1).default(1) }),
      responses: { 200: z.array(User) },
      summary: "List the users",
    }, (_request, { query }) => NextResponse.json([...users.values()].slice(query.page - 1))),
    POST: route({
      use: [bearer],
      body: User.omit({ id: true }),
      maxBody: "1kb",
      responses: { 201: User },
    }, (_request, { body }) => NextResponse.json({ id: 8, ...body }, { status: 201 })),
  },
  "users/[id]/route.ts": {
    GET: route({
      params: z.object({ id: z.coerce.number().describe("The number of the user") }),
      responses: { 200: User, 404: Problem },
    }, (_request, { params }) => {
      const user = users.get(params.id);
      return user === undefined ? problemResponse(createProblem(404)) : NextResponse.json(user);
    }),
    DELETE: route({ responses: { 204: null }, deprecated: true }, () => new NextResponse(null, { status: 204 })),
  },
  "tree/route.ts": {
    PUT: route({ body: Node, responses: { 200: Node } }, (_request, { body }) => NextResponse.json(body)),
  },
  "notes/route.ts": {
    POST: route({ body: Note, responses: { 200: Note } }, (_request, { body }) => NextResponse.json(body)),
  },
  "search/route.ts": {
    GET: route({
      query: type({ "q?": "string >= 2" }),
      headers: type({ "x-api-key": "string", "authorization?": "string" }),
      cookies: type({ theme: "'light' | 'dark'" }),
      responses: { 200: text() },
    }, () => new NextResponse("found")),
  },
  "upload/route.ts": {
    POST: route({
      use: [bearer, basicAuth({ users: { ada: "lovelace" } })],
      body: form(z.object({ title: z.string(), file: z.file() })),
    }, () => new Response("stored")),
    PUT: route({ body: bytes({ type: "image/*" }), security: [] }, () => new Response("stored")),
  },
  "docs/[[...slug]]/route.ts": { GET: () => new Response("docs") },
  "files/[...path]/route.ts": { GET: () => new Response("file"), QUERY: () => new Response("found") },
  "robots.ts": { default: () => ({ rules: { userAgent: "*" } }) },
};
