import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { createErrorLog } from "../../../src/deno/dev/error_log.ts";
import { temporaryFiles } from "../../helpers/app.ts";

/** Runs a function, and returns what it wrote to the error log. */
function logged(run: () => void): string[] {
  const lines: string[] = [], { error } = console;
  console.error = (line: string) => void lines.push(line);
  try {
    run();
  } finally {
    console.error = error;
  }
  return lines;
}

function failure(message: string, at: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}\n    at GET (${at})`;
  return error;
}

Deno.test("createErrorLog() writes an error in full, the same one in a line, and a changed one in full again", async () => {
  await using project = await temporaryFiles({ "app/route.ts": "GET();\nPOST();" });
  const at = `${toFileUrl(project.dir)}/app/route.ts`;
  const log = createErrorLog(project.dir);
  const lines = logged(() => {
    log.write("GET / failed", failure("no db\n50%", `${at}:1:1`));
    log.write("GET / failed", failure("no db\n50%", `${at}:1:1`));
    log.write("GET /?2 failed", failure("no db\n50%", `${at}:1:1`));
    log.write("GET / failed", failure("no db\n50%", `${at}:2:1`));
    log.clear();
    log.write("GET / failed", failure("no db\n50%", `${at}:1:1`));
  });
  const first = "GET / failed: Error: no db\n50%\n  app/route.ts:1:1\n\n> 1 | GET();\n    | ^\n  2 | POST();";
  assertEquals(lines, [
    first,
    "GET / failed: Error: no db at app/route.ts:1:1 (the same error, 2 times)",
    "GET /?2 failed: Error: no db at app/route.ts:1:1 (the same error, 3 times)",
    "GET / failed: Error: no db\n50%\n  app/route.ts:2:1\n\n  1 | GET();\n> 2 | POST();\n    | ^",
    first,
  ]);
});

Deno.test("createErrorLog() writes what is not an error, and forgets the errors that came first", () => {
  const log = createErrorLog("/project");
  const lines = logged(() => {
    log.write("GET / failed", "text");
    log.write("GET / failed", "text");
    for (let index = 0; index < 1000; index++) log.write("GET / failed", index);
    log.write("GET / failed", "text");
  });
  const said = "GET / failed: Error: text was thrown, which is not an Error";
  assertEquals([lines[0], lines[1], lines.at(-1)], [said, `${said} (the same error, 2 times)`, said]);
});
