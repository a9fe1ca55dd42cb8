import process from "node:process";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

const database = new DatabaseSync(process.env.TASKS_DB || ":memory:", { timeout: 5_000 });

// The changes are recorded by triggers, so that no statement can forget to.
database.exec(`
  PRAGMA journal_mode = WAL;

  CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, user TEXT NOT NULL) STRICT;

  CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open'
  ) STRICT;

  CREATE TABLE IF NOT EXISTS files (
    task INTEGER PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    name TEXT NOT NULL,
    content BLOB NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS changes (id INTEGER PRIMARY KEY, user TEXT, type TEXT, task INTEGER) STRICT;
  CREATE TRIGGER IF NOT EXISTS created AFTER INSERT ON tasks BEGIN
    INSERT INTO changes (user, type, task) VALUES (new.user, 'created', new.id);
  END;
  CREATE TRIGGER IF NOT EXISTS updated AFTER UPDATE ON tasks BEGIN
    INSERT INTO changes (user, type, task) VALUES (new.user, 'updated', new.id);
  END;
  CREATE TRIGGER IF NOT EXISTS deleted AFTER DELETE ON tasks BEGIN
    INSERT INTO changes (user, type, task) VALUES (old.user, 'deleted', old.id);
  END;
`);

const statements = new Map<string, StatementSync>();

/** Runs a statement, whose parameters are the values in the template, and returns its rows. */
export function sql<Row>(strings: TemplateStringsArray, ...values: SQLInputValue[]): Row[] {
  const text = strings.join("?");
  const statement = statements.get(text) ?? database.prepare(text);
  statements.set(text, statement);
  return statement.all(...values) as Row[];
}
