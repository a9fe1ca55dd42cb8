import { getProgress, isFileName } from "../../../../lib/storage";

/** Returns how much of a file has arrived, so that a client can resume the upload. */
export async function GET(_request: Request, { params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  const progress = isFileName(name) ? await getProgress(name) : null;
  return Response.json(progress ?? { received: 0, complete: false }, { headers: { "cache-control": "no-store" } });
}
