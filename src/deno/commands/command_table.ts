/**
 * The commands and their flags. The parser, the help and `README.md` next to this file are generated from this table.
 *
 * @module
 */

import type { Flags, FlagValues } from "../process/arguments.ts";
import { SERVER_FLAGS } from "../server/flags.ts";

/** The description of a command, for the parser and the help. */
export interface Command {
  /** A short description. */
  readonly summary: string;
  /** Words that come between the command and the folder: by action, the names of its arguments. */
  readonly actions?: Readonly<Record<string, readonly string[]>>;
  readonly flags: Flags;
}

/** The commands, in the order of the help. */
export const COMMANDS = {
  init: {
    summary: "Create a project: a first route with its test, deno.json and the types of the routes",
    flags: {},
  },
  dev: {
    summary: "Serve the routes during development: the next request gets what was just saved",
    flags: {
      port: { ...SERVER_FLAGS.port, default: "the first free port from 8000" },
      hostname: { short: "H", value: "HOST", help: SERVER_FLAGS.hostname.help, default: "127.0.0.1" },
      cache: {
        value: "[WHERE]",
        valueIfAlone: "memory",
        help: "Cache responses and data, in memory or where start would.",
        default: "nothing is cached",
      },
      "allow-host": {
        value: "NAME",
        repeatable: true,
        help: "Also accept this Host header; .example.test matches subdomains.",
      },
      "max-growth": { value: "MIB", help: "Restart after memory grows by this much.", default: "1024" },
    },
  },
  start: {
    summary: "Serve the routes (the default without a command)",
    flags: {
      ...SERVER_FLAGS,
      workers: {
        value: "N",
        help: "How many processes listen on the port, or auto for one per available core. They share the cache.",
        default: "1",
      },
      verbose: { help: "Print more on startup." },
    },
  },
  build: {
    summary: "Bundle the routes into one module that serves them without the project",
    flags: {
      out: { value: "DIR", help: "The folder to write to.", default: "dist in the project" },
      prewarm: { help: "Generate the cached responses that are known in advance, and store them next to the module." },
      redis: { help: "Include the Redis client." },
      external: {
        value: "NAME",
        repeatable: true,
        help: "A package to leave out; it is imported from node_modules at run time.",
      },
      manifest: {
        help: 'Write a module that imports the project, for "deno compile" and Deno Deploy, and bundle nothing.',
      },
    },
  },
  list: {
    summary: "Print the routes",
    flags: {
      json: { help: "Print them as JSON." },
    },
  },
  check: {
    summary: "Report which files of a Next.js project run here",
    flags: {},
  },
  typegen: {
    summary: 'Write the types of the routes: RouteContext<"/users/[id]">, or Routes for a client',
    flags: {
      out: {
        value: "FILE",
        help: "The file to write.",
        default: "routes.d.ts or routes.client.d.ts, in .routes/ if the project has next",
      },
      client: { help: "Write Routes, for createClient<Routes>(): the types of the route files." },
      flat: { help: "Write Routes without imports, for a front end elsewhere. Uses the TypeScript compiler of npm." },
    },
  },
  openapi: {
    summary: "Print the OpenAPI document of the routes",
    flags: {
      out: { value: "FILE", help: "The file to write.", default: "the document is printed" },
      types: { help: "Read the bodies of responses from the types of handlers. Uses the TypeScript compiler of npm." },
      check: { value: "FILE", help: "Show how a file differs from the document; exit with 1 if it does." },
    },
  },
  cron: {
    summary: "Show or make the scheduled requests",
    actions: { ls: [], run: ["path"] },
    flags: { cache: SERVER_FLAGS.cache },
  },
  cache: {
    summary: "Inspect the cache, and remove entries from it",
    actions: { ls: [], rm: ["key or path"], clear: [] },
    flags: { cache: SERVER_FLAGS.cache },
  },
} as const satisfies Readonly<Record<string, Command>>;

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** The flags that every command takes. */
export const COMMON_FLAGS = {
  help: { short: "h", help: "Print this help, or that of a command." },
  version: { short: "v", help: "Print the version." },
} as const satisfies Flags;

/** The flags that the command line passes to its own child processes. */
export const CHILD_FLAGS = {
  "in-place": { help: "Run the command in this process." },
  worker: { value: "N", help: "The number of this worker." },
} as const satisfies Flags;

/** The flags of all commands. Flags of one name have values of one type. */
export const ALL_FLAGS = {
  ...COMMANDS.dev.flags,
  ...COMMANDS.start.flags,
  ...COMMANDS.build.flags,
  ...COMMANDS.list.flags,
  ...COMMANDS.typegen.flags,
  ...COMMANDS.openapi.flags,
  ...COMMANDS.cache.flags,
  ...COMMON_FLAGS,
  ...CHILD_FLAGS,
};

/** The values of {@linkcode ALL_FLAGS}. */
export type AllFlagValues = FlagValues<typeof ALL_FLAGS>;

/** The values of the flags of a command, and of {@linkcode CHILD_FLAGS}. */
export type CommandFlagValues<Name extends CommandName> =
  & FlagValues<(typeof COMMANDS)[Name]["flags"]>
  & FlagValues<typeof CHILD_FLAGS>;

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

/** Returns the commands that take a flag. */
export function getCommandsWithFlag(flag: string): readonly string[] {
  return Object.entries(COMMANDS).filter(([, { flags }]) => Object.hasOwn(flags, flag)).map(([name]) => name);
}
