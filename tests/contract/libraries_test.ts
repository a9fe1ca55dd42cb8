import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { form, type Problem, route } from "../../src/route.ts";
import { LIBRARIES } from "./_libraries.ts";
import { post, postJson } from "./_schemas.ts";

const at = <Params>(params: Params) => ({ params: Promise.resolve(params) });

for (const library of LIBRARIES) {
  const { name, user, numericId, search, apiKey, theme, secrets, named, either, loose, upload, optional } = library;

  Deno.test(`${name}: the handler gets every part as its schema transforms it`, async () => {
    const PATCH = route(
      { params: numericId, query: search, headers: apiKey, cookies: theme, body: user },
      (_request, { params, query, headers, cookies, body }) =>
        Response.json({ params, query, key: headers["x-api-key"], cookies, body }),
    );
    const request = new Request("http://localhost/users/7?q=a&page=2&tags=x&tags=y", {
      method: "PATCH",
      headers: { "x-api-key": "12345678", cookie: "theme=dark; other=1", "content-type": "application/json" },
      body: `{ "name": "Ada", "age": 36 }`,
    });
    const response = await PATCH(request, at({ id: "7" }));
    const cookies = await response.json();
    assertEquals(cookies.params, { id: 7 });
    assertEquals(cookies.query, { q: "a", page: 2, tags: ["x", "y"] });
    assertEquals(cookies.key, "12345678");
    assertEquals(cookies.cookies.theme, "dark");
    assertEquals(cookies.body, { name: "Ada", age: 36 });
  });

  Deno.test(`${name}: the errors of all parts are reported together, in the order of the parts`, async () => {
    const PATCH = route(
      { params: numericId, query: search, headers: apiKey, cookies: theme, body: user },
      () => new Response("not reached"),
    );
    const request = new Request("http://localhost/users/x?page=0", {
      method: "PATCH",
      headers: { "x-api-key": "short", cookie: "theme=red", "content-type": "application/json" },
      body: `{ "name": 1, "age": "36" }`,
    });
    const response = await PATCH(request, at({ id: "x" }));
    assertEquals(response.status, 400);
    assertEquals(response.headers.get("content-type"), "application/problem+json");
    const { type, title, status, detail, errors }: Problem = await response.json();
    assertEquals({ type, title, status }, { type: "about:blank", title: "Bad Request", status: 400 });
    assertEquals(detail, "6 values of the request are invalid");
    const places = errors!.map((error) => `${error.in} ${error.path.join(".")}`);
    assertEquals(places.slice(0, 4), ["params id", "query page", "headers x-api-key", "cookies theme"]);
    // ArkType sorts by name.
    assertEquals(places.slice(4).sort(), ["body age", "body name"]);
    assert(errors!.every(({ message }) => message.length > 5));
  });

  const QUERIES: readonly [string, query: string, expected: unknown][] = [
    ["a key that is sent once is a string", "q=a", { q: "a" }],
    ["an array of one is an array", "tags=a", { tags: ["a"] }],
    ["an array of one is an array beside a string", "tags=a&q=b", { tags: ["a"], q: "b" }],
    ["an array of two is an array", "tags=a&tags=b", { tags: ["a", "b"] }],
    ["an empty value is an empty string", "tags=&q=", { tags: [""], q: "" }],
    ["no key is no value", "", {}],
    ["a duplicate of a string is rejected", "q=a&q=b", ["q"]],
    ["an array of one is no error beside one", "tags=a&page=0", ["page"]],
    ["both are errors", "q=a&q=b&page=0", ["q", "page"]],
  ];
  for (const [title, query, expected] of QUERIES) {
    Deno.test(`${name}: in a query, ${title}`, async () => {
      const GET = route({ query: search }, (_request, { query }) => Response.json(query));
      const body = await (await GET(new Request(`http://localhost/?${query}`))).json();
      const actual = body.errors?.map(({ path }: { path: unknown[] }) => path.join(".")).sort() ?? body;
      assertEquals(actual, Array.isArray(expected) ? expected.toSorted() : expected);
    });
  }

  Deno.test(`S76 ${name}: a short value is removed as a word, and not from inside another`, async () => {
    const POST = route({ body: named }, () => new Response("not reached"));
    const { errors }: Problem = await (await POST(postJson({ name: "edit" }))).json();
    assertEquals(errors!.map(({ message }) => message), ["only an editor may … the name"]);
  });

  Deno.test(`${name}: in a query with alternatives, an array of one is an array`, async () => {
    const GET = route({ query: either }, (_request, { query }) => Response.json(query));
    const ask = async (query: string) => await (await GET(new Request(`http://localhost/?${query}`))).json();
    assertEquals([await ask("ids=4"), await ask("ids=4&ids=5"), await ask("name=a")], [
      { ids: ["4"] },
      { ids: ["4", "5"] },
      { name: "a" },
    ]);
    assertEquals((await ask("other=1")).status, 400);
  });

  Deno.test(`S76 ${name}: a problem contains no received value`, async () => {
    const POST = route({ body: secrets }, () => new Response("not reached"));
    const values = {
      password: "hunter2-secret",
      email: "secret-at-nowhere",
      pin: 987_654_321,
      role: "secret-role",
      either: { token: "secret-token" },
      custom: "secret-custom",
    };
    const text = await (await POST(postJson(values))).text();
    for (const secret of ["secret", "hunter2", "987654321"]) assert(!text.includes(secret), text);
    const { errors }: Problem = JSON.parse(text);
    assertEquals(errors!.length, 6, text);
    // The rest still explains the error.
    for (const { message } of errors!) assert(!message.includes("…") || message === "bad value …", message);
    assert(errors!.some(({ message }) => message.includes("40")), text);
  });

  Deno.test(`${name}: a wrong type at the root of a body is an error without a path`, async () => {
    const POST = route({ body: user }, () => new Response("not reached"));
    for (const body of ["[]", `"text"`, "1", "null"]) {
      const response = await POST(post(body, "application/json"));
      assertEquals(response.status, 400, body);
      const { errors }: Problem = await response.json();
      assert(errors!.length > 0 && errors!.every((error) => error.in === "body"), body);
    }
  });

  Deno.test(`${name}: the schema decides whether a body may be empty`, async () => {
    const required = route({ body: user }, () => new Response("not reached"));
    const allowed = route({ body: optional }, (_request, { body }) => Response.json(body ?? "empty"));
    assertEquals((await required(post(null))).status, 400);
    assertEquals(await (await allowed(post(null))).json(), "empty");
    assertEquals(await (await allowed(post("", "application/json"))).json(), "empty");
    assertEquals(await (await allowed(postJson({ name: "Ada" }))).json(), { name: "Ada" });
  });

  Deno.test(`S77 ${name}: the names of prototype properties are plain data`, async () => {
    const POST = route({ body: loose, query: loose }, (_request, { body, query }) => {
      const { isAdmin } = body as { isAdmin?: boolean };
      const { isAdmin: inQuery } = query as { isAdmin?: string };
      return Response.json({ isAdmin: isAdmin ?? null, inQuery: inQuery ?? null, names: [body.name, query.name] });
    });
    const body =
      `{ "name": "a", "__proto__": { "isAdmin": true }, "constructor": { "prototype": { "isAdmin": true } } }`;
    const url = "http://localhost/?name=b&__proto__=x&__proto__=y&constructor=z&toString=1";
    const request = new Request(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    assertEquals(await (await POST(request)).json(), { isAdmin: null, inQuery: null, names: ["a", "b"] });
    assertEquals(({} as { isAdmin?: boolean }).isAdmin, undefined);
    assertEquals(typeof {}.toString, "function");
  });

  Deno.test(`${name}: a form is validated as an object, and a single file as an array`, async () => {
    const POST = route({ body: form(upload) }, async (_request, { body }) => {
      return Response.json({ title: body.title, texts: await Promise.all(body.files.map((file) => file.text())) });
    });
    const data = new FormData();
    data.append("title", "Notes");
    data.append("files", new File(["one"], "1.txt"));
    assertEquals(await (await POST(post(data))).json(), { title: "Notes", texts: ["one"] });
    data.append("files", new File(["two"], "2.txt"));
    assertEquals(await (await POST(post(data))).json(), { title: "Notes", texts: ["one", "two"] });
    const problem = await (await POST(post(new URLSearchParams({ title: "a" })))).json();
    assertEquals(problem.errors.map(({ path }: { path: unknown }) => path), [["files"]]);
  });

  Deno.test(`${name}: invalid responses are errors that name the place`, async () => {
    const GET = route(
      { responses: { 200: user }, checkResponses: true },
      (request) => Response.json(request.url.endsWith("good") ? { name: "a", age: 1 } : { name: "a", age: "1" }),
    );
    assertEquals((await GET(new Request("http://localhost/good"))).status, 200);
    const error: Error = await GET(new Request("http://localhost/bad")).then(
      () => new Error("answered"),
      (error) => error,
    );
    assertStringIncludes(error.message, "response 200 does not match the contract: age:");
  });
}
