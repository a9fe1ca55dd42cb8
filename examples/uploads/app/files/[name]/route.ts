import { download } from "@x/routes/response";
import { parseContentRange } from "../../../lib/content_range";
import { appendBody, FOLDER, getProgress, isFileName, type Refusal } from "../../../lib/storage";

type Context = { params: Promise<{ name: string }> };

const STATUS: Record<Refusal, number> = { busy: 409, gap: 416, length: 400 };

/** Sends a file, or the range of it that `Range` asks for. */
export async function GET(request: Request, { params }: Context) {
  const { name } = await params;
  return isFileName(name) ? await download(request, name, { root: FOLDER }) : refuse(404, "There is no such file");
}

/** Stores a file, or the part of it that `Content-Range` names (RFC 9110 §14.5). */
export async function PUT(request: Request, { params }: Context) {
  const { name } = await params;
  if (!isFileName(name)) return refuse(400, "A name has letters, digits, dots, dashes and underscores");
  const header = request.headers.get("content-range");
  const part = header === null ? undefined : parseContentRange(header) ?? null;
  if (part === null || request.body === null) return refuse(400, "Send bytes, as in Content-Range: bytes 0-999/5000");
  // Deno 2.9.6 may stop reading a large body of unknown length when it is written to disk meanwhile.
  if (!request.headers.has("content-length")) return refuse(411, "Send the length of the body, Content-Length");
  const before = await getProgress(name);
  if (before?.complete && part !== undefined) return refuse(409, "The file is complete");
  const result = await appendBody(name, request.body, part);
  if (typeof result === "string") return await explain(name, result);
  return Response.json(result, { status: !result.complete ? 202 : before?.complete ? 200 : 201 });
}

/** Returns the position to resume from. */
async function explain(name: string, refusal: Refusal) {
  const { received } = await getProgress(name) ?? { received: 0 };
  const response = refuse(STATUS[refusal], `The next byte is ${received}`);
  if (refusal === "gap") response.headers.set("content-range", `bytes */${received}`);
  return response;
}

function refuse(status: number, error: string) {
  return Response.json({ error }, { status });
}
