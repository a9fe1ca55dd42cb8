/**
 * The commands of the files in `examples/deploy`, without systemd, Kubernetes and Fly: a build is served with the same
 * arguments.
 */
import { assert, assertEquals } from "@std/assert";
import { build, says, stopWell } from "../helpers/build.ts";

const folder = new URL("../../examples/deploy/", import.meta.url);

/** Where each file has its command, after `deno`. */
const COMMANDS: Readonly<Record<string, (text: string) => string[]>> = {
  "api.service": (text) => /^ExecStart=\/usr\/local\/bin\/deno (.*)$/m.exec(text)![1]!.split(" "),
  "kubernetes.yaml": (text) =>
    [.../^ +args:([^\]]*)\]/m.exec(text)![1]!.matchAll(/"([^"]*)"/g)].map(([, word]) => word!),
  "fly.toml": (text) => /^app = "(run .*)"$/m.exec(text)![1]!.split(" "),
};

for (const [file, getCommand] of Object.entries(COMMANDS)) {
  Deno.test(`the command of examples/deploy/${file} serves a build, and stops it in time`, async () => {
    await using built = await build({ "app/route.ts": says("hello"), "public/a.txt": "a" });
    const words = getCommand(await Deno.readTextFile(new URL(file, folder)));
    const at = words.findIndex((word) => word.endsWith("server.js"));
    assert(words[0] === "run" && at > 0, words.join(" "));
    const toHere = (word: string) =>
      word.replaceAll(/\/(?:app|srv\/api)\b/g, built.dist).replaceAll("/var/lib/api", built.dir);
    const flags = words.slice(at + 1).map(toHere);
    for (const [name, value] of [["--port", "0"], ["--linger", "0s"]] as const) {
      if (flags.includes(name)) flags[flags.indexOf(name) + 1] = value;
    }
    const allow = words.slice(1, at).filter((word) => word !== "--no-prompt" && word !== "-N").map(toHere);
    await using server = await built.serve(flags, { allow });
    assertEquals(await (await fetch(server.origin)).text(), "hello");
    assertEquals((await (await fetch(`${server.origin}/_health`)).json()).status, "ok");
    await stopWell(server);
  });
}
